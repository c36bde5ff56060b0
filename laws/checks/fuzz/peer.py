# Reads safetensors files from its input, each after its length in four bytes, by the package, and says of each in a line
# what it found: null, or { metadata, tensors }.
import json, os, struct, sys, tempfile
from safetensors import deserialize, safe_open

folder = "/dev/shm" if os.path.isdir("/dev/shm") else None
handle, path = tempfile.mkstemp(dir=folder)
os.close(handle)


def read(data):
    try:
        found = deserialize(data)
        with open(path, "wb") as file:
            file.write(data)
        with safe_open(path, framework="np") as file:
            metadata = file.metadata()
    except Exception as error:
        return None
    tensors = [[n, str(t["dtype"]), list(t["shape"]), bytes(t["data"]).hex()] for n, t in found]
    return {"metadata": metadata or {}, "tensors": tensors}


try:
    while True:
        head = sys.stdin.buffer.read(4)
        if len(head) < 4:
            break
        (length,) = struct.unpack("<I", head)
        print(json.dumps(read(sys.stdin.buffer.read(length))), flush=True)
finally:
    os.remove(path)
