"""AdamW with an exponential moving average of the parameters, as PyTorch and optax do it, timed on demand.

Reads one JSON command a line, answers with one JSON line:
  {"do": "versions"}                          -> {"torch": ..., "jax": ..., "optax": ..., "threads": ...}
  {"do": "set", "shapes": [[...], ...]}       -> {"contestants": [name, ...]}
  {"do": "muon", "shapes": [[...], ...]}      -> {"contestants": [name, ...]}
  {"do": "time", "name": ..., "repeats": n}   -> {"milliseconds": per run}
"""
import json
import sys
import time

LEARNING_RATE, WEIGHT_DECAY, DECAY = 1e-3, 0.01, 0.999

contestants = {}
started_with = {}


def with_torch(shapes):
    import torch

    def made():
        params = [torch.rand(s) * 0.1 for s in shapes]
        for p in params:
            p.grad = torch.rand(p.shape) * 0.01
        average = [p.clone() for p in params]
        return params, average, torch.optim.AdamW(params, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True)

    # On a busy machine its threads wait for one another: one thread alone is measured too.
    threads = started_with.setdefault("threads", torch.get_num_threads())

    def contestant(count):
        params, average, optimizer = made()

        def in_place():
            torch.set_num_threads(count)
            optimizer.step()
            torch._foreach_lerp_(average, params, 1 - DECAY)

        return in_place

    return {f"PyTorch: fused AdamW + foreach average, {count} threads": contestant(count) for count in sorted({threads, 1})}


def with_torch_muon(shapes):
    import torch

    # Its products are in bfloat16, as its authors have them.
    def contestant(count):
        params = [torch.rand(s) * 0.1 for s in shapes]
        for p in params:
            p.grad = torch.rand(p.shape) * 0.01
        matrices = torch.optim.Muon([p for p in params if p.ndim == 2], lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
        others = torch.optim.AdamW([p for p in params if p.ndim != 2], lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True)

        def in_place():
            torch.set_num_threads(count)
            matrices.step()
            others.step()

        return in_place

    threads = started_with.setdefault("threads", torch.get_num_threads())
    return {f"PyTorch: torch.optim.Muon + fused AdamW, {count} threads": contestant(count) for count in sorted({threads, 1})}


def with_optax(shapes):
    import jax
    import optax

    optimizer = optax.adamw(LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    key = jax.random.PRNGKey(0)
    grads = {f"l{i}": jax.random.uniform(key, s) * 0.01 for i, s in enumerate(shapes)}

    def step(grads, params, state, average):
        updates, state = optimizer.update(grads, state, params)
        params = optax.apply_updates(params, updates)
        return params, state, optax.incremental_update(params, average, 1 - DECAY)

    def contestant(compiled):
        params = {f"l{i}": jax.random.uniform(key, s) * 0.1 for i, s in enumerate(shapes)}
        now = [params, optimizer.init(params), jax.tree.map(lambda p: p.copy(), params)]

        def run():
            now[:] = compiled(grads, *now)
            jax.block_until_ready(now)

        return run

    return {
        "optax: jitted, donated": contestant(jax.jit(step, donate_argnums=(1, 2, 3))),
        "optax: jitted": contestant(jax.jit(step)),
    }


def answer(command):
    if command["do"] == "versions":
        found = {}
        try:
            import torch
            found["torch"], found["threads"] = torch.__version__, torch.get_num_threads()
        except ImportError as error:
            found["torch missing"] = str(error)
        try:
            import jax
            import optax
            found["jax"], found["optax"] = jax.__version__, optax.__version__
        except ImportError as error:
            found["optax missing"] = str(error)
        return found
    if command["do"] in ("set", "muon"):
        contestants.clear()
        for make in (with_torch, with_optax) if command["do"] == "set" else (with_torch_muon,):
            try:
                contestants.update(make([tuple(s) for s in command["shapes"]]))
            except (ImportError, AttributeError):  # no such package, or one from before Muon
                pass
        return {"contestants": list(contestants)}
    run = contestants[command["name"]]
    start = time.perf_counter()
    for _ in range(command["repeats"]):
        run()
    return {"milliseconds": (time.perf_counter() - start) * 1000 / command["repeats"]}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
