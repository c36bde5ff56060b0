"""Zoom line searches of the real optax in float64 on the real line.

    venv/bin/python laws/checks/oracle/lineSearches.py > laws/checks/oracle/lineSearches.json      (venv: as for optaxMore.py; some minutes)

The loss is f(x) = c0 + c1 x + c2 x^2 + c3 x^3 + c4 x^4 + a sin(w x). Each case goes down along -rate·f'(x) for a few steps, each as long as the search says.
"""
import json
import random

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import optax

random.seed(1964)

EXTREME = [
    # A wall of infinities; a slope without an end; a start at the minimum; a slope that points uphill.
    {"c": [0, -1, 0, 0, 0], "a": 0, "w": 1}, {"c": [0, 0, 1, 0, 0], "a": 0, "w": 1, "x": 0.0}, {"c": [1, 1, 0.5, 0, 0], "a": 0, "w": 1, "rate": -1.0},
    {"c": [0, 0, 0, 0, 1e3], "a": 0, "w": 1, "x": 2.0}, {"c": [0, 1e-9, 0, 0, 0], "a": 0, "w": 1}, {"c": [0, 0, 0, 1, 0], "a": 0, "w": 1, "x": 1.0},
]


def drawn():
    return {
        "c": [round(random.uniform(-1, 1), 3), round(random.uniform(-2, 2), 3), round(random.uniform(-1, 2), 3), round(random.uniform(-1, 1), 3), random.choice([0.01, 0.1, 1.0])],
        "a": random.choice([0, 0.5, 2.0]), "w": random.choice([1.0, 5.0]),
    }


def options():
    given = {"max_linesearch_steps": random.choice([1, 2, 5, 15, 30])}
    choices = {
        "max_learning_rate": [0.3, 2.0], "tol": [1e-3, 0.5], "increase_factor": [1.5, 4.0], "slope_rtol": [1e-2, 0.3], "curv_rtol": [0.1, 0.5, 0.01],
        "approx_dec_rtol": [1e-2], "stepsize_precision": [1e-2, 1e-1, 1.0], "initial_guess_strategy": ["one"],
    }
    for name, values in choices.items():
        if random.random() < 0.35:
            given[name] = random.choice(values)
    return given


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def number(x):
    x = float(x)
    return x if abs(x) < float("inf") else str(x).replace("inf", "Infinity").replace("nan", "NaN")


def case(loss, given):
    c, a, w = loss["c"], loss["a"], loss["w"]

    def f(x):
        return c[0] + c[1] * x + c[2] * x**2 + c[3] * x**3 + c[4] * x**4 + a * jnp.sin(w * x)

    rate = loss.get("rate", random.choice([0.1, 1.0, 5.0]))
    start = loss.get("x", round(random.uniform(-2, 2), 3))
    x = jnp.asarray(start, jnp.float64)
    search = optax.scale_by_zoom_linesearch(**given)
    state = search.init(x)
    steps = []
    for _ in range(4):
        value, grad = jax.value_and_grad(f)(x)
        updates, state = search.update(-rate * grad, state, x, value=value, grad=grad, value_fn=f)
        x = x + updates
        steps.append({
            "x": number(x), "learningRate": number(state.learning_rate), "value": number(state.value), "numLinesearchSteps": int(state.info.num_linesearch_steps),
            "decreaseError": number(state.info.decrease_error), "curvatureError": number(state.info.curvature_error),
        })
    return {"loss": {"c": c, "a": a, "w": w}, "rate": rate, "start": start, "options": {camel(k): v for k, v in given.items()}, "steps": steps}


cases = [case(loss, {"max_linesearch_steps": 15}) for loss in EXTREME] + [case(drawn(), options()) for _ in range(90)]
print(json.dumps({"source": f"optax {optax.__version__}, jax {jax.__version__}, float64", "cases": cases}, indent=None, separators=(",", ":")).replace('{"loss"', '\n{"loss"'))
