"""Small changes to the text of a module, one at a time: `<` becomes `<=`, `and` becomes `or`, an argument goes."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType

from pluspunt.tests.demo import BASE_DIR

OTHER = {ast.Lt: ast.LtE, ast.Gt: ast.GtE, ast.Eq: ast.NotEq, ast.Is: ast.IsNot, ast.In: ast.NotIn, ast.And: ast.Or}
OTHER |= {ast.Add: ast.Sub, ast.Mult: ast.FloorDiv, ast.BitAnd: ast.BitOr}
OTHER |= {new: old for old, new in OTHER.items()} | {ast.Pow: ast.Mult}
CONDITION = ast.Name | ast.Attribute | ast.Call | ast.NamedExpr
# Arguments that are changed themselves.
NOT_TAKEN_AWAY = ast.Constant | ast.Starred | ast.GeneratorExp | ast.JoinedStr
# Hints for types, and how a class or function is made: nothing that a test can see.
UNSEEN = ("annotation", "returns", "decorator_list")


@dataclass
class Mutant:
    """In `holder[key]` of a tree stands `old`, and `new` comes there; `lines` are those of its statement."""

    module: str
    tree: ast.Module
    holder: dict | list
    key: str | int
    old: ast.AST
    new: ast.AST
    lines: range

    def __str__(self) -> str:
        at = f"{self.module}:{self.old.lineno}:{self.old.col_offset}"
        return " ".join(f"{at} {ast.unparse(self.old)}  →  {ast.unparse(self.new)}".split("\n"))

    def apply(self) -> None:
        """From now on this process does what the changed text says, wherever its functions were imported already.

        A function that another one made while modules were imported, as a decorator does, stays what it was: a test
        that sees such a change decorates something itself.
        """
        module = import_module(self.module)
        changed = dict(vars(module))
        self.holder[self.key] = self.new
        exec(compile(ast.fix_missing_locations(self.tree), module.__file__, "exec"), changed)  # noqa: S102
        for name, old in list(vars(module).items()):
            is_imported = isinstance(old, FunctionType | type) and old.__module__ != self.module
            if not name.startswith("__") and not is_imported:
                replace(module, name, old, changed[name])


def replace(owner: object, name: str, old: object, new: object) -> None:
    """Let `old`, to which others hold on, be what `new` is."""
    if old is new:
        return
    if isinstance(old, FunctionType):
        while hasattr(old, "__wrapped__"):
            old, new = old.__wrapped__, new.__wrapped__
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
    elif isinstance(old, property):
        replace(owner, name, old.fget, new.fget)
    elif isinstance(old, dict):
        old.clear()
        old.update(new)
    elif isinstance(old, type):
        for part in set(vars(old)) & set(vars(new)) - set(vars(type("", (), {}))):
            replace(old, part, vars(old)[part], vars(new)[part])
    elif isinstance(owner, type):
        setattr(owner, name, new)
    elif old != new:
        for module in [each for each in sys.modules.values() if vars(each).get(name) is old]:
            setattr(module, name, new)


def mutants_of(module: str) -> Iterator[Mutant]:
    tree = ast.parse(path_of(module).read_text())
    if ".models." not in module:
        yield from (Mutant(module, tree, *change) for change in changes(tree))
        return
    # A model is made only once, so of its text nothing is read again but who sees what.
    for owner in [node for node in tree.body if isinstance(node, ast.ClassDef)]:
        owner.body = [node for node in owner.body if getattr(node, "name", "") == "visible_to"]
        owner.bases, owner.decorator_list = [], []
        alone = ast.Module([owner], [])
        yield from (Mutant(module, alone, *change) for change in changes(alone))


def path_of(module: str) -> Path:
    return BASE_DIR.joinpath(*module.split(".")).with_suffix(".py")


def changes(node: ast.AST, lines: range | None = None) -> Iterator[tuple]:
    """All that can be changed inside of `node`; `lines` are those of its statement, `None` outside of functions."""
    for field, value in ast.iter_fields(node):
        for key, child in enumerate(value) if isinstance(value, list) else [(field, value)]:
            if field in UNSEEN or not isinstance(child, ast.AST) or is_unseen(child):
                continue
            own = lines
            if isinstance(child, ast.FunctionDef):
                own = range(child.lineno, child.end_lineno + 1)
            elif isinstance(child, ast.stmt) and lines:
                last = max(child.lineno, child.body[0].lineno - 1) if hasattr(child, "body") else child.end_lineno
                own = range(child.lineno, last + 1)
            for new in variants(child, is_condition=field in ("test", "ifs")):
                yield value if isinstance(value, list) else vars(node), key, child, new, own or range(10**6)
            yield from changes(child, own)


def is_unseen(node: ast.AST) -> bool:
    """A docstring, a text for the log of the server, how many rows are read at a time, and what is imported."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name("logger")))):
            return True
        case ast.Name("CHUNK") | ast.Import() | ast.ImportFrom():
            return True
    return False


def variants(node: ast.AST, *, is_condition: bool) -> Iterator[ast.AST]:
    """What may stand in the place of `node`."""

    def other(**fields) -> ast.AST:
        return type(node)(**{**vars(node), **fields})

    match node:
        case ast.Compare(ops=ops):
            yield from (other(ops=[*ops[:at], OTHER[type(op)](), *ops[at + 1 :]]) for at, op in enumerate(ops))
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in OTHER:
            yield other(op=OTHER[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield node.operand
        case ast.Constant(value=bool(value)):
            yield other(value=not value)
        case ast.Constant(value=int(value) | float(value)):
            yield other(value=value + 1)
        case ast.Constant(value=str(value)):
            yield other(value="" if value else "X")
        case ast.Return(value=None) | ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Return(value=value) | ast.Yield(value=value) if value and not isinstance(value, ast.Constant):
            yield other(value=ast.Constant(None))
        case ast.Call(args=args, keywords=keywords):
            for at, arg in enumerate(args):
                if not isinstance(arg, NOT_TAKEN_AWAY) and not is_unseen(arg):
                    yield other(args=[*args[:at], ast.Constant(None), *args[at + 1 :]])
            yield from (other(keywords=[*keywords[:at], *keywords[at + 1 :]]) for at in range(len(keywords)))
    if is_condition and isinstance(node, CONDITION):
        yield ast.UnaryOp(ast.Not(), node)
