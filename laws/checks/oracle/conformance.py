"""Answers with trajectories of the real optax in float64: one case as a line of JSON in, one answer as a line of JSON out.

Optax rounds to float32 in a few places even with x64 enabled: the counts given to schedules, the decay rate of factored moments, the
momentum of adafactor, the sums of MultiSteps, injected hyperparameters, the roots of madgrad's counts, the warm-up of schedule-free. They are lifted to float64 here, so that one tolerance serves all.
The first line out says which versions answer.
"""
import inspect
import json
import math
import re
import sys
import warnings

import jax

jax.config.update('jax_enable_x64', True)
warnings.simplefilter('ignore')
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import optax  # noqa: E402
import optax.contrib  # noqa: E402
import optax._src.transform as inner  # noqa: E402
from optax import transforms  # noqa: E402

factored = optax.scale_by_factored_rms
factored.__defaults__ = (*factored.__defaults__[:-1], lambda count, exponent: 1 - (jnp.asarray(count, jnp.float64) + 1) ** -exponent)


class Lifted:
    """jax.numpy, whose roots of counts are in float64."""

    def __getattr__(self, name):
        return getattr(jnp, name)

    @staticmethod
    def sqrt(x):
        return jnp.sqrt(jnp.asarray(x, jnp.float64))


optax.contrib._madgrad.jnp = Lifted()
warming = optax.contrib._schedule_free._schedule.warmup_constant_schedule


class Warming:
    """The schedules of schedule-free, at counts in float64."""

    @staticmethod
    def warmup_constant_schedule(**options):
        schedule = warming(**options)
        return lambda count: schedule(jnp.asarray(count, jnp.float64))


optax.contrib._schedule_free._schedule = Warming()


def snake(name):
    return re.sub(r'([A-Z])', lambda m: '_' + m.group(1).lower(), name)


def named(name):
    for room in (optax, transforms, inner, optax.contrib):
        if hasattr(room, snake(name)):
            return getattr(room, snake(name))
    raise NameError(f'optax has no {snake(name)}')


def number(x):
    return float(x) if isinstance(x, str) else x


def revived(value):
    if isinstance(value, dict) and '$schedule' in value:
        schedule = scheduled(value['$schedule'])
        return lambda count: schedule(jnp.asarray(count, jnp.float64))
    if isinstance(value, dict) and '$tree' in value:
        return value['$tree']
    if value == 'none':
        return None
    return value


def scheduled(link):
    options = {snake(k): revived(v) for k, v in link['options'].items()}
    if 'boundaries_and_scales' in options:
        options['boundaries_and_scales'] = {int(k): v for k, v in options['boundaries_and_scales'].items()}
    if 'schedules' in options:
        options['schedules'] = [revived(s) for s in options['schedules']]
    if 'cosine_kwargs' in options:
        options['cosine_kwargs'] = [{snake(k): v for k, v in each.items()} for each in options['cosine_kwargs']]
    return named(link['name'])(**options)


def chained(links):
    return optax.chain(*[made(link) for link in links])


def made(link):
    name, options, parts = link['name'], {snake(k): revived(v) for k, v in link['options'].items()}, link.get('inner')
    if name == 'multiSteps':
        return optax.MultiSteps(chained(parts), accumulator_dtype=jnp.float64, **options)
    if name in ('conditionallyTransform', 'conditionallyMask'):
        start, every = options['start'], options['every']
        return named(name)(chained(parts), lambda step: jnp.logical_and(step >= start, step % every == 0))
    if name == 'partition' and 'groups' in link:
        return optax.partition({label: chained(tx) for label, tx in link['groups'].items()}, options['param_labels'])
    if name == 'injectHyperparams':
        return optax.inject_hyperparams(named(parts[0]['name']), hyperparam_dtype=jnp.float64)(
            **{snake(k): revived(v) for k, v in parts[0]['options'].items()})
    if name == 'namedChain':
        return optax.named_chain(*[(str(i), made(part)) for i, part in enumerate(parts)])
    if parts is not None:
        return named(name)(chained(parts), **options)
    if name == 'sam':
        return optax.contrib.sam(chained(link['groups']['optimizer']), chained(link['groups']['adversary']), **options)
    if 'init_step' in options:
        options['init_step'] = (snake(options['init_step'][0]), options['init_step'][1])
    if name == 'adafactor':
        options['dtype_momentum'] = jnp.float64
    if name == 'lookahead':
        raise NameError('lookahead stands alone')
    return named(name)(**options)


def tree(spec):
    if spec is None:
        return None
    if isinstance(spec, list):
        return [tree(x) for x in spec]
    if 'values' in spec and 'shape' in spec:
        return jnp.asarray(np.array([number(x) for x in spec['values']], np.float64).reshape(spec['shape']))
    return {k: tree(x) for k, x in spec.items()}


def plain(x):
    """Values in the order of the tree's own keys, which is not that of jax."""
    if x is None:
        return []
    if isinstance(x, list):
        return [v for each in x for v in plain(each)]
    if isinstance(x, dict):
        return [v for each in x.values() for v in plain(each)]
    return [v if math.isfinite(v) else str(v) for v in np.asarray(x, np.float64).ravel().tolist()]


def ordered(like, x):
    if isinstance(like, dict):
        return {k: ordered(v, x[k]) for k, v in like.items()}
    if isinstance(like, list):
        return [ordered(a, b) for a, b in zip(like, x)]
    return x


def answered(case):
    first = case['chain'][0]
    params = tree(case['params'])
    trajectory = []
    looking = first['name'] == 'lookahead'
    if looking:
        tx = optax.lookahead(chained(first['inner']), **{snake(k): v for k, v in first['options'].items()})
        now = optax.LookaheadParams.init_synced(params)
    else:
        tx, now = made(first) if len(case['chain']) == 1 else chained(case['chain']), params
    state = tx.init(now)
    takes = {'extra_args', 'value'} & set(inspect.signature(tx.update).parameters)
    for i, spec in enumerate(case['grads']):
        extra = {'value': case['values'][i]} if 'values' in case and takes else {}
        updates, state = tx.update(tree(spec), state, now, **extra)
        now = optax.apply_updates(now, updates)
        trajectory.append(plain(ordered(params, now.fast if looking else now)))
    return trajectory


def scheduledValues(case):
    schedule = revived(case['schedule'])
    return [[float(schedule(count))] for count in case['counts']]


def array(x):
    if isinstance(x, dict) and 'values' in x:
        dtype = {'float32': np.float64, 'int32': np.int32, 'bool': bool}[x['dtype']]
        return jnp.asarray(np.array([number(v) for v in x['values']]).astype(dtype).reshape(x['shape']))
    return tuple(x) if isinstance(x, list) else x


def assigned(costs):
    rows, columns = optax.assignment.hungarian_algorithm(costs)
    return costs[rows, columns].sum()


REDUCTIONS = {'mean': jnp.mean, 'sum': jnp.sum, None: None}


def called(case):
    name, options = case['call'], {snake(k): array(v) for k, v in case['options'].items()}
    room = next(r for r in (optax.losses, optax.projections, optax, optax.assignment) if hasattr(r, snake(name)))
    function = assigned if name == 'hungarianAlgorithm' else getattr(room, snake(name))
    if 'reduce_fn' in options:
        options['reduce_fn'] = REDUCTIONS[options['reduce_fn']]
    first, *rest = [array(x) for x in case['args']]
    run = lambda x: function(x, *rest, **options)
    value = run(first)
    if not case['differentiable']:
        return [plain(value)]
    weights = jnp.arange(1, value.size + 1, dtype=jnp.float64).reshape(value.shape)
    return [plain(value), plain(jax.grad(lambda x: jnp.sum(run(x) * weights))(first))]


print(json.dumps({'optax': optax.__version__, 'jax': jax.__version__}), flush=True)
for line in sys.stdin:
    case = json.loads(line)
    try:
        if case.get('branches'):
            with jax.disable_jit():
                answer = {'trajectory': answered(case)}
        else:
            answer = {'trajectory': scheduledValues(case) if 'schedule' in case else called(case) if 'call' in case else answered(case)}
    except Exception as error:  # the case is then a disagreement that names its reason
        answer = {'error': f'{type(error).__name__}: {error}'[:500]}
    print(json.dumps(answer), flush=True)
