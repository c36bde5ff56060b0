"""The other side of `npm run interop`: `make` writes files and what comes next, `check` reads what was written here."""
import json, os, sys
import numpy as np
import torch, optax, jax, jax.numpy as jnp
from safetensors.torch import save_file, load_file
sys.path.insert(0, os.path.dirname(__file__))
import states

folder = sys.argv[2]
at = lambda name: os.path.join(folder, name)
dump = lambda name, value: json.dump(value, open(at(name), "w"))
rng = np.random.default_rng(1964)
normal = lambda *shape: rng.standard_normal(shape).astype(np.float32)
listed = lambda tree: {k: listed(v) if isinstance(v, dict) else np.asarray(v, np.float64).tolist() for k, v in tree.items()}


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = torch.nn.Embedding(5, 4)
        self.conv = torch.nn.Conv2d(2, 3, (2, 1))
        self.norm = torch.nn.BatchNorm1d(4)
        self.out = torch.nn.Linear(4, 5, bias=False)
        self.out.weight = self.embed.weight


OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, 0.0625, momentum=0.9),
    "Adam": lambda p: torch.optim.Adam(p, 0.0625),
    "AdamW": lambda p: torch.optim.AdamW(p, 0.0625, weight_decay=0.125),
    "NAdam": lambda p: torch.optim.NAdam(p, 0.0625),
    "RAdam": lambda p: torch.optim.RAdam(p, 0.0625),
    "RMSprop": lambda p: torch.optim.RMSprop(p, 0.0625),
    "Adagrad": lambda p: torch.optim.Adagrad(p, 0.0625),
    "Adadelta": lambda p: torch.optim.Adadelta(p, 1.0),
}
CHAINS = {
    "adamw": lambda: optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(0.0625, weight_decay=0.125)),
    "momentum": lambda: optax.sgd(0.0625, momentum=0.9),
    "lion": lambda: optax.lion(0.0625),
    "adafactor": lambda: optax.adafactor(0.0625, min_dim_size_to_factor=2, momentum=0.5),
}
linear = lambda: torch.nn.Linear(3, 2)


def torch_steps(model, optimizer, grads):
    for one in grads:
        for name, p in model.named_parameters():
            p.grad = torch.tensor(one[name], dtype=torch.float32)
        optimizer.step()
    return listed({n: p.detach().numpy() for n, p in model.named_parameters()})


def optax_steps(tx, params, state, grads):
    for one in grads:
        updates, state = tx.update(jax.tree.map(jnp.float32, one, is_leaf=lambda x: isinstance(x, list)), state, params)
        params = optax.apply_updates(params, updates)
    return params, state


def imported_timm():
    """timm asks for torchvision, whose compiled half may be made for another torch: these models use none of it."""
    try:
        import torchvision
    except RuntimeError:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        for name in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[name]
    import timm
    return timm


def make():
    kinds = [torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.float8_e4m3fn, torch.float8_e5m2,
             torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.uint16, torch.uint32, torch.bool]
    tensors = {str(k).removeprefix("torch."): torch.tensor([1, 0, 1, 1]).to(k) if k == torch.bool
               else torch.tensor([1.5, 0.25, 3, 96]).to(k) for k in kinds}
    save_file(tensors, at("dtypes.safetensors"))
    dump("dtypes.json", {name: t.to(torch.float64).tolist() for name, t in tensors.items()})
    net = Net().to(torch.bfloat16)
    named = {n: t.clone().contiguous() for n, t in net.state_dict().items() if n != "out.weight"}
    parts = [dict(list(named.items())[::2]), dict(list(named.items())[1::2])]
    os.makedirs(at("sharded"), exist_ok=True)
    for i, part in enumerate(parts):
        save_file(part, at(f"sharded/model-0000{i + 1}-of-00002.safetensors"), {"format": "pt"})
    dump("sharded/model.safetensors.index.json", {"metadata": {}, "weight_map": {
        n: f"model-0000{i + 1}-of-00002.safetensors" for i, part in enumerate(parts) for n in part}})
    dump("sharded.json", listed({n: t.to(torch.float64).numpy() for n, t in named.items()}))
    try:
        timm = imported_timm()
        model = timm.create_model("resnet10t", num_classes=3)
        save_file({n: t.contiguous() for n, t in model.state_dict().items()}, at("timm.safetensors"))
        dump("timm.json", {n: [list(t.shape), float(t.double().sum()), str(t.dtype)] for n, t in model.state_dict().items()})
    except Exception as why:
        dump("timm.json", {"absent": str(why)})
    runs = {}
    for name, build in OPTIMIZERS.items():
        model = linear(); optimizer = build(model.parameters())
        draw = lambda n: [{"weight": normal(2, 3).tolist(), "bias": normal(2).tolist()} for _ in range(n)]
        torch_steps(model, optimizer, draw(4))
        states.torch_to_safetensors(at(f"torch-{name}.safetensors"), model, optimizer)
        grads = draw(6)
        runs[f"torch-{name}"] = {"grads": grads, "after": torch_steps(model, optimizer, grads)}
    for name, build in CHAINS.items():
        tx = build(); params = {"Dense_0": {"kernel": jnp.array(normal(3, 2)), "bias": jnp.zeros(2)}}
        draw = lambda n: [{"Dense_0": {"kernel": normal(3, 2).tolist(), "bias": normal(2).tolist()}} for _ in range(n)]
        params, state = optax_steps(tx, params, tx.init(params), draw(4))
        states.flax_to_safetensors(at(f"optax-{name}.safetensors"), params, state)
        grads = draw(6)
        runs[f"optax-{name}"] = {"grads": grads, "after": listed(optax_steps(tx, params, state, grads)[0])}
    dump("runs.json", runs)


def check():
    runs, found = json.load(open(at("runs.json"))), {}
    for name, run in runs.items():
        peer, which = name.split("-", 1)
        if not os.path.exists(at(f"back-{name}.safetensors")):
            continue
        if peer == "torch":
            model = linear(); optimizer = OPTIMIZERS[which](model.parameters())
            states.torch_from_safetensors(at(f"back-{name}.safetensors"), model, optimizer)
            found[name] = torch_steps(model, optimizer, run["grads"])
        else:
            tx = CHAINS[which](); params = {"Dense_0": {"kernel": jnp.zeros((3, 2)), "bias": jnp.zeros(2)}}
            params, state = states.flax_from_safetensors(at(f"back-{name}.safetensors"), params, tx.init(params))
            found[name] = listed(optax_steps(tx, params, state, run["grads"])[0])
    dump("back.json", found)
    dump("written.json", {f: {n: [str(t.dtype), t.to(torch.float64).flatten().tolist()] for n, t in load_file(at(f)).items()}
                          for f in sorted(os.listdir(folder)) if f.startswith("written-")})


{"make": make, "check": check}[sys.argv[1]]()
