"""The signs that LAPACK gives singular vectors in the cases of GaLore, in which they are free.

    venv/bin/python laws/checks/oracle/galoreSigns.py > laws/checks/oracle/galoreSigns.json      (venv: as for optaxMore.py)

For each case, leaf and choice of directions: of each vector, the sign of its largest element.
"""
import json
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = json.load(open(os.path.join(HERE, "contrib.json")))["cases"]


def leaves(tree, path=""):
    if isinstance(tree, dict):
        for key, child in tree.items():
            yield from leaves(child, f"{path}/{key}" if path else key)
    else:
        yield path, np.array(tree, float)


def matrix(a, dims):
    if dims is None:
        return a if a.ndim == 2 else None
    rows, columns = np.atleast_1d(dims["reductionAxis"]), np.atleast_1d(dims["outputAxis"])
    return np.transpose(a, [*rows, *columns]).reshape(int(np.prod([a.shape[x] for x in rows])), -1)


def signs(case):
    options = case["chain"][0]["options"]
    dims = options.get("weightDimensionNumbers")
    found = {}
    for grads in case["grads"][:: options.get("updateProjGap", 200)]:
        for path, a in leaves(grads):
            m = matrix(a, dims and dims[path])
            if m is None:
                continue
            u, _, vt = np.linalg.svd(m, full_matrices=False)
            side = u if m.shape[0] >= m.shape[1] else vt.T
            kept = side.T[: min(options.get("rank", 128), *m.shape)]
            found.setdefault(path, []).append([int(np.sign(v[np.argmax(abs(v))])) for v in kept])
    return found


print(json.dumps({str(i): signs(case) for i, case in enumerate(CASES) if case["name"] == "galore"}))
