"""Optimizer states as safetensors, and back: copy what you need. Names are those that polyak/interop reads and writes."""
import json


def torch_to_safetensors(path, model, optimizer):
    import torch
    from safetensors.torch import save_file
    names = {id(p): name for name, p in model.named_parameters()}
    order = [names[id(p)] for group in optimizer.param_groups for p in group["params"]]
    state = optimizer.state_dict()
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for i, slots in state["state"].items():
        tensors |= {f"optimizer.state.{i}.{k}": torch.as_tensor(v) for k, v in slots.items() if v is not None}
    tensors = {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}
    record = {"class": type(optimizer).__name__, "parameters": order, "groups": state["param_groups"]}
    save_file(tensors, path, {"optimizer": json.dumps(record)})


def torch_from_safetensors(path, model, optimizer):
    from safetensors.torch import load_file
    tensors, state = load_file(path), {}
    for name, tensor in tensors.items():
        if name.startswith("optimizer.state."):
            index, key = name.removeprefix("optimizer.state.").split(".", 1)
            state.setdefault(int(index), {})[key] = tensor
    # strict, but for what is no parameter: statistics that the file may lack
    model.load_state_dict({n[6:]: t for n, t in tensors.items() if n.startswith("model.")}, strict=False)
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def flax_to_safetensors(path, params, opt_state):
    import numpy as np
    from flax.serialization import to_state_dict
    from flax.traverse_util import flatten_dict
    from safetensors.numpy import save_file
    flat = flatten_dict({"params": to_state_dict(params), "opt_state": to_state_dict(opt_state)}, sep="/")
    save_file({name: np.asarray(x) for name, x in flat.items() if x is not None}, path)


def flax_from_safetensors(path, params, opt_state):
    from flax.serialization import from_state_dict, to_state_dict
    from flax.traverse_util import flatten_dict, unflatten_dict
    from safetensors.numpy import load_file
    like = {"params": params, "opt_state": opt_state}
    flat = flatten_dict(to_state_dict(like), sep="/", keep_empty_nodes=True)
    flat |= {name: x.astype(flat[name].dtype) for name, x in load_file(path).items() if name in flat}
    found = from_state_dict(like, unflatten_dict(flat, sep="/"))
    return found["params"], found["opt_state"]
