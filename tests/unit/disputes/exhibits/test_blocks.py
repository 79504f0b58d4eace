"""Blocks passed between processes."""

import json

from disputes.exhibits.blocks import Block, Cell, Picture, Run


def test_blocks_can_be_passed_between_processes() -> None:
    runs = (Run("a", ("bold",)), Run("", picture=Picture(b"\x89PNG\0", 1.5, 2.0)))
    inner = Block("item", runs, 1, "a.")
    block = Block("table", cells=(Cell((inner,), 0, 0, 2, 3, is_head=True), Cell((), 1, 0)), head=1)
    assert Block.from_json(json.loads(json.dumps(block.to_json()))) == block
    assert (block.text, block.has_picture) == ("a\n", True)
