"""Run a loaded model's graph one node after another, in the thread that asks.

Rasa hands the graph to dask for every message and every prediction; on a graph of a dozen
quick nodes, planning costs as much as running. The order is always the same, so here it is
found once for each target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

_Step = tuple[str, GraphNode, tuple[str, ...]]


class OrderedGraphRunner(GraphRunner):
    """Give the same results as Rasa's runner, without its scheduling."""

    def __init__(self, schema: GraphSchema, nodes: Mapping[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._orders: dict[tuple[str, ...], list[_Step]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> OrderedGraphRunner:
        """Instantiate the nodes of a graph."""
        return cls(
            graph_schema,
            {
                name: GraphNode.from_schema_node(
                    name, node, model_storage, execution_context, hooks
                )
                for name, node in graph_schema.nodes.items()
            },
        )

    @classmethod
    def of(cls, runner: DaskGraphRunner) -> OrderedGraphRunner:
        """Take over the nodes that Rasa's runner holds, with what they loaded."""
        return cls(runner._graph_schema, runner._instantiated_nodes)

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """Run what the targets need and return their outputs by name.

        Raises ``GraphRunError`` for an input named like a node and for a missing input.
        """
        given = inputs or {}
        clash = next((name for name in given if name in self._schema.nodes), None)
        if clash is not None:
            raise GraphRunError(f"the input {clash!r} is named like a node of the graph")
        wanted = tuple(targets or self._schema.target_names)
        # A node is given (name, output) pairs, or a bare name where there is no output.
        done: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in given.items()}
        for name, node, needs in self._order(wanted):
            done[name] = node(*(done.get(need, need) for need in needs))
        return {name: done[name][1] for name in wanted}

    def _order(self, targets: tuple[str, ...]) -> Sequence[_Step]:
        if targets not in self._orders:
            nodes = self._schema.minimal_graph_schema(list(targets)).nodes
            needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
            try:
                ordered = list(TopologicalSorter(needs).static_order())
            except CycleError as error:
                raise GraphRunError("the graph has a cycle") from error
            self._orders[targets] = [
                (name, self._nodes[name], needs[name]) for name in ordered if name in needs
            ]
        return self._orders[targets]
