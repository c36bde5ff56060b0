"""Runs of the real optax in float32: L-BFGS with four searches on classical functions, convex and not, 300 steps each.

    venv/bin/python laws/checks/oracle/lbfgsRuns.py > laws/checks/oracle/lbfgsRuns.json      (venv: as for optaxMore.py; some minutes)

The functions and their starts are also in lbfgsProblems.ts, by the same names.
"""
import json
import math
import sys

import jax
import jax.numpy as jnp
import optax

STEPS = 300
# A fixed table of numbers, the same in float32 everywhere: halves of small integers.
A = jnp.array([[2, -1, 0.5, 1], [0, 1.5, -1, 0.5], [1, 1, 2, -0.5], [-0.5, 0, 1, 2], [1.5, -2, 0, 1], [0.5, 1, 1, -1.5]], jnp.float32)
LABELS = jnp.array([1, -1, 1, -1, -1, 1], jnp.float32)
FOUR = [1, -2, 0.5, 1.5]


def spread(decades, n=8):
    return jnp.array([10 ** (decades * i / (n - 1)) for i in range(n)], jnp.float32)


def stiff(decades):
    return lambda x: 0.5 * jnp.sum(spread(decades) * x**2)


def rosenbrock(x):
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def log_cosh(x):
    return jnp.sum(jnp.abs(x) + jnp.log(1 + jnp.exp(-2 * jnp.abs(x)))) - x.size * math.log(2)


def ridge_logistic(x):
    z = LABELS * (A @ x)
    return jnp.sum(jnp.maximum(-z, 0) + jnp.log(1 + jnp.exp(-jnp.abs(z)))) + 0.05 * jnp.sum(x**2)


def huber(x):
    a = jnp.abs(x)
    inside = jnp.minimum(a, 1)
    return jnp.sum(inside * (a - 0.5 * inside))


def beale(v):
    x, y = v
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def wood(v):
    a, b, c, d = v
    return 100 * (b - a**2) ** 2 + (1 - a) ** 2 + 90 * (d - c**2) ** 2 + (1 - c) ** 2 + 10 * (b + d - 2) ** 2 + 0.1 * (b - d) ** 2


def powell(v):
    a, b, c, d = v
    return (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4


def dixon_price(x):
    i = jnp.arange(2, x.size + 1, dtype=jnp.float32)
    return (x[0] - 1) ** 2 + jnp.sum(i * (2 * x[1:] ** 2 - x[:-1]) ** 2)


def zakharov(x):
    t = jnp.sum(0.5 * jnp.arange(1, x.size + 1, dtype=jnp.float32) * x)
    return jnp.sum(x**2) + t**2 + t**4


C = jnp.array([1, 2, 3, 4], jnp.float32)
PROBLEMS = {
    "sum x^2 + x^4": (lambda x: jnp.sum(x**2 + x**4), FOUR),
    "sum c x^2": (lambda x: jnp.sum(C * x**2), FOUR),
    "sum c x^2 + 0.1 x^3": (lambda x: jnp.sum(C * x**2 + 0.1 * x**3), FOUR),
    "sum log cosh": (log_cosh, FOUR),
    "sum |x|^1.5": (lambda x: jnp.sum(jnp.power(jnp.abs(x), 1.5)), FOUR),
    "least squares": (lambda x: jnp.mean((A @ x) ** 2), FOUR),
    "ridge logistic": (ridge_logistic, FOUR),
    "sum x^4": (lambda x: jnp.sum(x**4), FOUR),
    "huber": (huber, [10, -20, 5, 0.5]),
    "quadratic 1e4": (stiff(4), [1] * 8),
    "quadratic 1e6": (stiff(6), [1] * 8),
    "quadratic 1e8": (stiff(8), [1] * 8),
    "booth": (lambda v: (v[0] + 2 * v[1] - 7) ** 2 + (2 * v[0] + v[1] - 5) ** 2, [0, 0]),
    "matyas": (lambda v: 0.26 * (v[0] ** 2 + v[1] ** 2) - 0.48 * v[0] * v[1], [5, -3]),
    "one number": (lambda v: v[0] ** 2 - jnp.cos(3 * v[0]), [2]),
    "rosenbrock 2": (rosenbrock, [-1.2, 1]),
    "rosenbrock 4": (rosenbrock, [-1.2, 1] * 2),
    "rosenbrock 20": (rosenbrock, [-1.2, 1] * 10),
    "himmelblau": (lambda v: (v[0] ** 2 + v[1] - 11) ** 2 + (v[0] + v[1] ** 2 - 7) ** 2, [1, 1]),
    "beale": (beale, [1, 1]),
    "wood": (wood, [-3, -1, -3, -1]),
    "powell": (powell, [3, -1, 0, 1]),
    "dixon-price": (dixon_price, [1, 2, -1, 0.5, 1.5]),
    "zakharov": (zakharov, [0.5, -1, 0.5, 1]),
    "double well": (lambda x: jnp.sum((x**2 - 1) ** 2 + 0.3 * x), FOUR),
    "styblinski-tang": (lambda x: 0.5 * jnp.sum(x**4 - 16 * x**2 + 5 * x), [1, -1, 0.5]),
    "six-hump camel": (lambda v: (4 - 2.1 * v[0] ** 2 + v[0] ** 4 / 3) * v[0] ** 2 + v[0] * v[1] + (4 * v[1] ** 2 - 4) * v[1] ** 2, [0.5, 1]),
    "rastrigin": (lambda x: jnp.sum(x**2 + 10 - 10 * jnp.cos(2 * jnp.pi * x)), [0.3, -0.4, 1.2]),
}

SEARCHES = {
    "zoom": lambda: optax.lbfgs(),
    "backtracking": lambda: optax.lbfgs(linesearch=optax.scale_by_backtracking_linesearch(max_backtracking_steps=20)),
    "none, rate 0.5": lambda: optax.lbfgs(learning_rate=0.5, linesearch=None),
    "none, rate 1": lambda: optax.lbfgs(learning_rate=1.0, linesearch=None),
}


def number(x):
    return float(x) if math.isfinite(x) else str(float(x)).replace("inf", "Infinity").replace("nan", "NaN")


def run(f, start, optimizer):
    def step(now, _):
        params, state = now
        value, grad = jax.value_and_grad(f)(params)
        extra = {} if plain else {"value": value, "grad": grad, "value_fn": f}
        updates, state = optimizer.update(grad, state, params, **extra)
        return (optax.apply_updates(params, updates), state), (value, jnp.linalg.norm(grad))

    params = jnp.array(start, jnp.float32)
    plain = not isinstance(optimizer, optax.GradientTransformationExtraArgs)
    (last, _), (values, norms) = jax.jit(lambda now: jax.lax.scan(step, now, None, STEPS))((params, optimizer.init(params)))
    value, grad = jax.value_and_grad(f)(last)
    values, norms = [*map(float, values), float(value)], [*map(float, norms), float(jnp.linalg.norm(grad))]
    reached = next((i for i, n in enumerate(norms) if n <= 1e-3 * max(1.0, norms[0])), None)
    bad = next((i for i, v in enumerate(values) if not math.isfinite(v)), None)
    return {"value": number(values[-1]), "best": number(min((v for v in values if math.isfinite(v)), default=math.nan)), "gradNorm": number(norms[-1]), "notFiniteAt": bad, "steps": reached}


runs = {}
for name, (f, start) in PROBLEMS.items():
    runs[name] = {"start": start, "runs": {}}
    for search, make in SEARCHES.items():
        runs[name]["runs"][search] = run(f, start, make())
        print(name, search, runs[name]["runs"][search], file=sys.stderr, flush=True)
text = json.dumps({"source": f"optax {optax.__version__}, jax {jax.__version__}, float32", "steps": STEPS, "problems": runs}, separators=(",", ":"))
print(text.replace('{"start"', '\n{"start"'))
