"""Writes optaxNames.json: every public name of the installed optax, by namespace.

Public is what a namespace holds that is neither private (_x) nor a module, and that is optax' own: not what it imports
from typing, jax or numpy for itself.
"""

import importlib
import inspect
import json
import pathlib
import types
import warnings

warnings.simplefilter('ignore')

NAMESPACES = [
    'optax',
    'optax.assignment',
    'optax.contrib',
    'optax.experimental._aggregating',
    'optax.losses',
    'optax.microbatching',
    'optax.perturbations',
    'optax.projections',
    'optax.schedules',
    'optax.second_order',
    'optax.transforms',
    'optax.tree',
    'optax.tree_utils',
]


def own(value, declared):
    """Whether a value is optax' own; aliases of types have no module, and are when they are declared."""
    module = getattr(value, '__module__', None)
    if inspect.isfunction(value) or inspect.isclass(value):
        return module is None or module.startswith('optax')
    return declared or module is None or str(module).startswith(('optax', 'functools'))


def names(namespace):
    module = importlib.import_module(namespace)
    declared = set(getattr(module, '__all__', ()))
    return sorted(
        name
        for name in set(dir(module)) | declared
        if not name.startswith('_')
        and not isinstance(getattr(module, name), types.ModuleType)
        and (own(getattr(module, name), name in declared) or name in declared)
    )


if __name__ == '__main__':
    import optax

    table = {'source': f'optax {optax.__version__}', 'names': {n: names(n) for n in NAMESPACES}}
    path = pathlib.Path(__file__).with_name('optaxNames.json')
    path.write_text(json.dumps(table, indent=1) + '\n')
    print({n: len(v) for n, v in table['names'].items()})
