"""What TensorBoard reads of a folder of event files, as one JSON line: by its own package, the same code that serves its pages.

read_events.py FOLDER: {"runs": {RUN: {"scalars": {TAG: [[step, value], …]}, "texts": {TAG: [[step, text], …]},
"images": {TAG: [[step, width, height, bytes of the PNG], …]}}}, "sessions": [{"name", "group", "status", "hparams", "metrics"}, …]}
"""

import argparse
import json
import sys

from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins.base_plugin import TBContext
from tensorboard.plugins.hparams import api_pb2, backend_context, get_experiment, list_session_groups
from tensorboard.util import tensor_util

STATUS = {0: "unknown", 1: "success", 2: "failure", 3: "running"}
# 0: all of them, where TensorBoard's pages show a sample.
ALL = {"scalars": 0, "text": 0, "images": 0}


def values_of(run, multiplexer, plugin, convert):
    tags = multiplexer.PluginRunToTagToContent(plugin).get(run, {})
    return {
        tag: [[event.step, *convert(tensor_util.make_ndarray(event.tensor_proto))] for event in multiplexer.Tensors(run, tag)]
        for tag in sorted(tags)
    }


def image_of(strings):
    width, height, png = strings
    return [int(width), int(height), len(png)]


def sessions_of(multiplexer, folder):
    provider = data_provider.MultiplexerDataProvider(multiplexer, folder)
    context = backend_context.Context(TBContext(data_provider=provider))
    request_context = RequestContext()
    experiment = get_experiment.Handler(request_context, context, folder, api_pb2.GetExperimentRequest()).run()
    columns = [api_pb2.ColParams(metric=info.name, include_in_result=True) for info in experiment.metric_infos]
    columns += [api_pb2.ColParams(hparam=info.name, include_in_result=True) for info in experiment.hparam_infos]
    request = api_pb2.ListSessionGroupsRequest(
        col_params=columns,
        allowed_statuses=list(STATUS),
        aggregation_type=api_pb2.AGGREGATION_AVG,
        start_index=0,
        slice_size=1000,
    )
    found = list_session_groups.Handler(request_context, context, folder, request).run()
    for group in found.session_groups:
        hparams = {name: getattr(value, value.WhichOneof("kind")) for name, value in group.hparams.items()}
        for session in group.sessions:
            metrics = {"/".join(filter(None, [m.name.group, m.name.tag])): m.value for m in session.metric_values}
            yield {
                "name": session.name,
                "group": group.name,
                "status": STATUS[session.status],
                "hparams": hparams,
                "metrics": metrics,
            }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    folder = parser.parse_args().folder
    multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance=ALL)
    multiplexer.AddRunsFromDirectory(folder)
    multiplexer.Reload()
    runs = {
        run: {
            "scalars": values_of(run, multiplexer, "scalars", lambda value: [float(value)]),
            "texts": values_of(run, multiplexer, "text", lambda value: [value.item().decode()]),
            "images": values_of(run, multiplexer, "images", image_of),
        }
        for run in sorted(multiplexer.Runs())
    }
    json.dump({"runs": runs, "sessions": list(sessions_of(multiplexer, folder))}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
