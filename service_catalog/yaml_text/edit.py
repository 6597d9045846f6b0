"""An entry's text with other values in it, and all else as somebody wrote it: comments, order, blank lines, quotes.

Only the lines of what changed are written anew. A YAML library that loads and dumps, comments or not, would write the
whole file in its own style, and the change of one number would read as a change of every line.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from service_catalog.fields import tree
from service_catalog.model import Service
from service_catalog.yaml_text import writer
from service_catalog.yaml_text.reader import read_unclear

_COMMENT_SIGN = re.compile(r"(?:^|(?<=[ \t]))#")


def edited(text: str, wanted: Mapping[str, Any]) -> str:
    """Raises CatalogError for a text that cannot be read. What the result says is ``wanted``, whatever it takes: where
    lines cannot be exchanged one by one, the whole is written anew."""
    said, _unclear = read_unclear(text, "")
    if said == wanted:
        return text
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style or not wanted:
        return writer.render(wanted)
    lines = text.split("\n")
    _Editor(text, lines).mapping(root, said, wanted, is_entry=True)
    result = "\n".join(line for line in lines if line is not _GONE)
    return result if read_unclear(result, "")[0] == wanted else writer.render(wanted)


_GONE = "\0gone"
"""Stands where a line was. It is told by identity, so no text can look like it."""


@dataclass
class _Editor:
    """Puts new lines in the place of old ones, so that the numbers of all others stay true."""

    text: str
    lines: list[str]

    def mapping(
        self, node: yaml.MappingNode, said: Mapping[str, Any], wanted: Mapping[str, Any], is_entry: bool = False
    ) -> None:
        """``node`` is a block with something in it, and keeps something."""
        column = node.start_mark.column
        last = {key.value: _last_line(value) for key, value in node.value}
        for key, value in node.value:
            if key.value not in wanted:
                self._put(key.start_mark.line, last[key.value], [])
            elif said[key.value] != wanted[key.value]:
                self._value(key, value, said[key.value], wanted[key.value], is_entry)
        new = [key for key in wanted if key not in said]
        for key in new:
            lines = _indented(writer.block_lines({key: wanted[key]}, is_entry), column)
            before = _key_before(key, list(said), is_entry)
            if before is None:
                self._insert_above(node.value[0][0].start_mark.line, lines)
            else:
                self._insert_below(last[before], lines)

    def _value(self, key: yaml.Node, value: yaml.Node, said: Any, wanted: Any, is_entry: bool) -> None:
        is_flow = not isinstance(value, yaml.CollectionNode) or value.flow_style
        both_groups = isinstance(wanted, Mapping) and isinstance(said, Mapping) and set(said) & set(wanted)
        if not is_flow and isinstance(value, yaml.MappingNode) and both_groups:
            self.mapping(value, said, wanted)
        elif not is_flow and isinstance(value, yaml.SequenceNode) and isinstance(wanted, list) and wanted:
            self._sequence(value, said, wanted)
        else:
            self._rewrite(key, value, writer.block_lines({key.value: wanted}, is_entry, as_flow=bool(is_flow)))

    def _rewrite(self, key: yaml.Node, value: yaml.Node, new: Sequence[str]) -> None:
        first, last, column = key.start_mark.line, _last_line(value), key.start_mark.column
        lines, comments = _indented(new, column), list(self._comments(value, first, last))
        if len(lines) == 1 and first == last:
            lines = [lines[0] + "".join(comments)]
        else:
            lines = [*_indented([it.strip() for it in comments], column), *lines]
        self._put(first, last, lines)

    def _sequence(self, node: yaml.SequenceNode, said: Sequence[Any], wanted: Sequence[Any]) -> None:
        """What the two have in common at the begin and at the end stays."""
        begin = _common(said, wanted)
        end = min(_common(said[::-1], wanted[::-1]), len(said) - begin, len(wanted) - begin)
        column = node.start_mark.column
        lines = _indented(writer.item_lines(wanted[begin : len(wanted) - end]), column)
        old = node.value[begin : len(said) - end]
        if old:
            first = old[0].start_mark.line
            self._put(first, _last_line(old[-1]), lines)
        elif begin:
            self._insert_below(_last_line(node.value[begin - 1]), lines)
        else:
            self._insert_above(node.start_mark.line, lines)

    def _put(self, first: int, last: int, lines: Sequence[str]) -> None:
        self.lines[first : last + 1] = ["\n".join(lines) if lines else _GONE, *[_GONE] * (last - first)]

    def _insert_above(self, line: int, lines: Sequence[str]) -> None:
        self.lines[line] = "\n".join([*lines, *self._unless_gone(line)])

    def _insert_below(self, line: int, lines: Sequence[str]) -> None:
        self.lines[line] = "\n".join([*self._unless_gone(line), *lines])

    def _unless_gone(self, line: int) -> list[str]:
        return [] if self.lines[line] is _GONE else [self.lines[line]]

    def _comments(self, value: yaml.Node, first: int, last: int) -> Iterator[str]:
        """Those within the lines of a value that is written anew, each with the blanks before it. A sign in a text is
        none."""
        texts = [(it.start_mark.index, it.end_mark.index) for it in _scalars(value)]
        begin = 0
        for number, line in enumerate(self.text.split("\n")):
            if first <= number <= last:
                signs = (found.start() for found in _COMMENT_SIGN.finditer(line))
                at = next((it for it in signs if not any(a <= begin + it < b for a, b in texts)), None)
                if at is not None:
                    yield line[len(line[:at].rstrip()) :].rstrip()
            begin += len(line) + 1


def _indented(lines: Sequence[str], column: int) -> list[str]:
    return [" " * column + line for line in lines]


def _common(one: Sequence[Any], other: Sequence[Any]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _key_before(key: str, there: Sequence[str], is_entry: bool) -> str | None:
    """After which one a new field stands: of an entry's, as the model puts them; any other comes last."""
    order = [*tree(Service).fields, "environments"]
    if not is_entry or key not in order:
        return there[-1]
    before = [it for it in there if it in order and order.index(it) < order.index(key)]
    return max(before, key=order.index, default=None)


def _last_line(node: yaml.Node) -> int:
    """A block ends with its last item; its mark stands where the next thing begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(node, yaml.MappingNode) else last)
    begin, end = node.start_mark, node.end_mark
    is_text_block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return int(end.line - 1 if is_text_block and end.column == 0 and end.line > begin.line else end.line)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from (*_scalars(key), *_scalars(value))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
