"""Runs of the real optax in float64 for options that optax.json leaves at their defaults. Writes optaxMore.json beside itself.

In three places optax rounds to float32 even here: in schedules, in the decay rate of factored moments and in the momentum of adafactor.
They are lifted to float64, so that all runs can be compared to 1e-12.

    python -m venv venv && venv/bin/pip install optax==0.2.8 jax==0.10.2 && venv/bin/python laws/checks/oracle/optaxMore.py
"""
import json
import pathlib
import re
import warnings

import jax

jax.config.update('jax_enable_x64', True)
warnings.simplefilter('ignore')
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import optax  # noqa: E402

factored = optax.scale_by_factored_rms
factored.__defaults__ = (*factored.__defaults__[:-1], lambda count, exponent: 1 - (jnp.asarray(count, jnp.float64) + 1) ** -exponent)

STEPS = 6
SHAPES = {'kernel': [3, 4], 'bias': [5], 'cube': [2, 4, 3], 'conv': [2, 2, 3, 2], 'number': []}
random = np.random.default_rng(7)


def snake(name):
    return re.sub(r'([A-Z])', lambda m: '_' + m.group(1).lower(), name)


def revived(value):
    if isinstance(value, dict) and '$schedule' in value:
        schedule = made(value['$schedule'])
        return lambda count: schedule(jnp.asarray(count, jnp.float64))
    if isinstance(value, list):
        return tuple(revived(x) for x in value)
    return value


RENAMED = {'keepParamsNonnegative': 'keep_params_nonnegative', 'optimisticAdamV2': 'optimistic_adam_v2'}


def made(link):
    name = RENAMED.get(link['name'], snake(link['name']))
    scope = optax if hasattr(optax, name) else __import__('optax._src.transform', fromlist=['x'])
    options = {snake(k): (None if v == 'none' else revived(v)) for k, v in link['options'].items()}
    if name == 'adafactor':
        options['dtype_momentum'] = jnp.float64
    if link['name'] == 'scaleBySchedule':
        return scope.scale_by_schedule(options['step_size_fn'])
    return getattr(scope, name)(**options)


def leaf(shape, scale=1.0):
    return np.float64(np.float32(random.normal(size=shape) * scale))


def tree(shapes, scale=1.0):
    return {k: leaf(s, scale) for k, s in shapes.items()}


def plain(t):
    return {k: np.asarray(v, np.float64).tolist() for k, v in t.items()}


def run(links, shapes=SHAPES, value=False):
    params, grads = tree(shapes), [tree(shapes) for _ in range(STEPS)]
    values = [float(np.float32(2.0 - 0.3 * i)) for i in range(STEPS)] if value else None
    tx = optax.chain(*[made(link) for link in links])
    p = jax.tree.map(jnp.asarray, params)
    s = tx.init(p)
    trajectory = []
    for i, g in enumerate(grads):
        extra = {'value': values[i]} if value else {}
        u, s = tx.update(jax.tree.map(jnp.asarray, g), s, p, **extra)
        p = optax.apply_updates(p, u)
        trajectory.append(plain({k: p[k] for k in shapes}))
    case = {'kind': 'more', 'chain': links, 'params': plain(params), 'grads': [plain(g) for g in grads], 'trajectory': trajectory}
    return {**case, 'values': values} if value else case


def link(name, **options):
    return {'name': name, 'options': options}


def schedule(name, **options):
    return {'$schedule': {'name': name, 'options': options}}


SCALE = link('scale', stepSize=-0.05)
LINEAR = schedule('linearSchedule', initValue=0.2, endValue=0.02, transitionSteps=4)
RANKED = {k: v for k, v in SHAPES.items() if k != 'number'}

CASES = [
    *[run([link(name, learningRate=LINEAR)]) for name in (
        'adabelief', 'adadelta', 'adafactor', 'adagrad', 'adam', 'adamax', 'adamaxw', 'adamw', 'adan', 'amsgrad', 'fromage', 'lamb', 'lars',
        'lion', 'nadam', 'nadamw', 'optimisticAdamV2', 'optimisticGradientDescent', 'radam', 'rmsprop', 'sgd', 'signSgd', 'signum', 'yogi')],
    run([link('novograd', learningRate=0.1, epsRoot=0.01, weightDecay=0.1)]),
    run([link('optimisticAdam', learningRate=0.1)]),
    run([link('optimisticAdam', learningRate=0.1, optimism=0.3, nesterov=False)]),
    run([link('optimisticAdamV2', learningRate=0.1, alpha=0.7, beta=0.4)]),
    run([link('amsgrad', learningRate=0.1, biasCorrectionMu=False, biasCorrectionNu=False, epsRoot=0.01)]),
    run([link('amsgrad', learningRate=0.1, biasCorrectionMu=True, biasCorrectionNu=False)]),
    run([link('adabelief', learningRate=0.1, nesterov=True, b1=0.8)]),
    run([link('adam', learningRate=0.1, nesterov=True, epsRoot=0.02, eps=0.01)]),
    run([link('radam', learningRate=0.1, nesterov=True, b2=0.9)]),
    run([link('radam', learningRate=0.1, b2=0.9, threshold=4.5, epsRoot=0.01)]),
    run([link('adadelta', rho=0.8, weightDecay=0.1)]),
    run([link('adadelta', learningRate=0.5, weightDecay=LINEAR, eps=0.01)]),
    run([link('adamw', learningRate=0.1, weightDecay=LINEAR, nesterov=True)]),
    run([link('adamw', learningRate=0.1, weightDecay=0.3, mask={'kernel': True, 'bias': False, 'cube': True, 'conv': True, 'number': False})]),
    run([link('lars', learningRate=0.5, weightDecay=0.1, trustCoefficient=0.2, eps=0.01, nesterov=True,
              weightDecayMask={'kernel': True, 'bias': False, 'cube': True, 'conv': True, 'number': False},
              trustRatioMask={'kernel': True, 'bias': False, 'cube': True, 'conv': False, 'number': True})]),
    run([link('rmsprop', learningRate=0.1, epsInSqrt=False, biasCorrection=True, initialScale=0.3, momentum=0.5)]),
    run([link('rmsprop', learningRate=0.1, centered=True, biasCorrection=True, initialScale=0.3, eps=0.1, momentum=0.5, nesterov=True)]),
    run([link('rmsprop', learningRate=0.1, centered=True, epsInSqrt=False, initialScale=2.0, eps=0.1)]),
    run([link('rprop', learningRate=0.1, etaMinus=0.4, etaPlus=1.5, minStepSize=0.05, maxStepSize=0.2)]),
    run([link('adan', learningRate=0.1, b1=0.9, b2=0.8, b3=0.7, eps=0.01, epsRoot=0.1, weightDecay=0.2)]),
    run([link('yogi', learningRate=0.1, b1=0.5, b2=0.6, eps=0.01)]),
    run([link('lamb', learningRate=0.1, epsRoot=0.1, weightDecay=0.2)]),
    run([link('fromage', learningRate=0.3, minNorm=1.5)]),
    run([link('sm3', learningRate=0.1, momentum=0.6)], RANKED),
    run([link('scaleBySm3', b1=0.5, b2=0.7, eps=0.01), SCALE], RANKED),
    *[run([link('adafactor', **{'learningRate': 0.1, 'minDimSizeToFactor': 2, **options})]) for options in (
        {'momentum': 0.7, 'weightDecayRate': 0.1}, {'clippingThreshold': 'none'}, {'clippingThreshold': 0.5, 'decayRate': 0.5},
        {'multiplyByParameterScale': False}, {'factored': False, 'eps': 0.01}, {'minDimSizeToFactor': 3})],
    run([link('scaleByFactoredRms', minDimSizeToFactor=2, stepOffset=-3, epsilon=0.01), SCALE]),
    *[run([link('scaleByLion', mode=mode, smoothBeta=0.7), SCALE]) for mode in ('hard', 'smooth', 'refined')],
    run([link('scaleByYogi', initialAccumulatorValue=0.2, epsRoot=0.1), SCALE]),
    run([link('scaleByAmsgrad', b1=0.5, b2=0.6), SCALE]),
    run([link('scaleByAdamax', b1=0.5, b2=0.6, eps=0.1), SCALE]),
    run([link('scaleByAdadelta', rho=0.5, eps=0.1), SCALE]),
    run([link('scaleByBelief', nesterov=True, eps=0.01, epsRoot=0.01), SCALE]),
    run([link('scaleByTrustRatio', minNorm=1.0, eps=0.5, trustCoefficient=0.3), SCALE]),
    run([link('scaleByDistanceOverGradients', repsRel=0.01, eps=0.1, globalScale=2.0), link('scale', stepSize=-1)]),
    run([link('polyakSgd', maxLearningRate=10.0)], value=True),
    run([link('polyakSgd', scaling=0.5, fMin=1.2, eps=0.1)], value=True),
    run([link('polyakSgd', fMin=1.2, variant='sps+', maxLearningRate=0.01)], value=True),
    run([link('polyakSgd', scaling=LINEAR)], value=True),
    run([link('adaptiveGradClip', clipping=0.3), SCALE]),
    run([link('adaptiveGradClip', clipping=0.3, eps=0.5, axis=-1), SCALE], RANKED),
    run([link('adaptiveGradClip', clipping=0.3, axis=[0, 1]), SCALE], {'kernel': [3, 4], 'cube': [2, 4, 3], 'line': [4, 1]}),
    run([link('centralize'), SCALE]),
    run([link('ema', decay=0.7, debias=False), SCALE]),
    run([link('applyEvery', k=2), SCALE]),
    run([link('normalizeByUpdateNorm', scaleFactor=-0.5, eps=0.1)]),
    run([link('clipByGlobalNorm', maxNorm=100.0), SCALE]),
    run([link('clipByBlockRms', threshold=0.5), SCALE]),
    run([link('scaleByOptimisticGradient', alpha=0.7, beta=0.2), SCALE]),
    run([SCALE, link('keepParamsNonnegative')]),
    run([link('addDecayedWeights', weightDecay=LINEAR), SCALE]),
    run([link('scaleBySchedule', stepSizeFn=LINEAR)]),
    run([link('scaleByLearningRate', learningRate=LINEAR, flipSign=False)]),
    run([link('setToZero')]),
]

path = pathlib.Path(__file__).with_name('optaxMore.json')
source = f'optax {optax.__version__}, jax {jax.__version__}, float64, seed 7'
path.write_text('{"source":' + json.dumps(source) + ',\n"cases":[\n' + ',\n'.join(json.dumps(c, separators=(',', ':')) for c in CASES) + '\n]}\n')
print(len(CASES), 'runs')
