"""What of Flyte's names is left out, and why. Patterns of `flyte.X` and `flyte.X(parameter)`."""

_PROTOBUF = "is or makes a protobuf message; values are JSON here, and records are pydantic models"
_CONTAINERS = "describes a task to a container runtime; Lambda has a runner of its own"
_LATER = "not built yet"
_INSIDE = "for Flyte's own machinery"
_CLUSTERS = "for groups of workers on a cluster"
_FSSPEC = "storage is read through S3's own client, without fsspec"

LEFT_OUT: dict[str, str] = {
    # flyte
    **dict.fromkeys(
        (
            "flyte.*TaskTemplate.config",
            "flyte.*TaskTemplate.container_args",
            "flyte.*TaskTemplate.custom_config",
            "flyte.*TaskTemplate.data_loading_config",
            "flyte.*TaskTemplate.debuggable",
            "flyte.*TaskTemplate.sql",
        ),
        _CONTAINERS,
    ),
    "flyte.*TaskTemplate.ref": _INSIDE,
    "flyte.*TaskTemplate.override(kwargs)": "its parameters are named one by one, and others refused",
    "flyte.TaskEnvironment.clone_with(kwargs)": "its parameters are named one by one, and others refused",
    "flyte.Environment.clone_with": "an environment without tasks has nothing to clone",
    "flyte.TaskEnvironment.sandbox": "needs a sandboxed Python of its own; tasks run in a process of their own",
    "flyte.OnArtifact.*": "instances have it; the backend keeps no artifacts",
    "flyte.PodTemplate.to_k8s_pod": "makes parts of a Kubernetes pod; the class itself is accepted, without effect",
    # flyte.remote
    "flyte.remote.*_literals": _PROTOBUF,
    "flyte.remote.ActionOutputs(*)": _PROTOBUF,
    "flyte.remote.RunDetails.get_details": "takes a protobuf identifier; RunDetails.get takes the name",
    "flyte.remote.*.get_debug_url": "tasks on Lambda cannot be entered while they run",
    "flyte.remote.Action*.relation": _LATER,
    "flyte.remote.ActionDetails.watch*": "Action.watch gives the same",
    "flyte.remote.Trigger*(*)": "made from a record, not by programs",
    "flyte.remote.TaskDetails(*)": "made from a record, not by programs",
    "flyte.remote.TaskDetails.overriden_queue": "Lambda has no queues",
    "flyte.remote.TaskDetails.queue": "Lambda has no queues",
    # flyte.io, flyte.storage
    "flyte.io.DataFrame.literal": _PROTOBUF,
    "flyte.io.DataFrame.set_literal": _PROTOBUF,
    "flyte.io.DataFrame.metadata": _PROTOBUF,
    "flyte.io.DataFrame.column*": "for columns in a frame's type, which its own library knows better",
    "flyte.io.DataFrame.deserialize_dataframe(*)": _INSIDE,
    "flyte.io.*.lazy_uploader": _INSIDE,
    "flyte.storage.*fsspec*": _FSSPEC,
    "flyte.storage.get_underlying_filesystem": _FSSPEC,
    # flyte.report
    "flyte.report.Report(template_path)": "the page is this package's own",
    # flyte.errors, flyte.types
    "flyte.errors.GPUFaultError(*)": "checked keywords",
    "flyte.errors.silence_polling_error": _INSIDE,
    "flyte.types.FlytePickle.*": "a hint alone; the runtime pickles",
    # flyte.config, flyte.models, flyte.syncify
    "flyte.config.get_config_file(c)": "given by position",
    "flyte.models.ActionID.new_sub_action*": _INSIDE,
    "flyte.models.ActionID.unique_id_str": _INSIDE,
    "flyte.models.CallCounter*": _INSIDE,
    "flyte.models.CodeBundle*": _INSIDE,
    "flyte.models.TaskContext(*)": "properties of the context, which the runtime makes",
    "flyte.models.Docstring*": "descriptions are in NativeInterface.descriptions and Task docs",
    "flyte.models.NativeInterface(docstring)": "descriptions are in NativeInterface.descriptions and Task docs",
    "flyte.models.NativeInterface.docstring": "descriptions are in NativeInterface.descriptions and Task docs",
    "flyte.models.NativeInterface.from_callable(func)": "given by position",
    "flyte.models.NativeInterface.from_types": "interfaces come from functions",
    "flyte.models.NativeInterface.has_default": _INSIDE,
    "flyte.models.extract_return_annotation": _INSIDE,
    "flyte.models.literal_to_enum": _PROTOBUF,
    "flyte.models.CLUSTERED_WORKER_ENV": _CLUSTERS,
    "flyte.models.is_clustered_worker_env": _CLUSTERS,
    "flyte.syncify.Syncify": _INSIDE,
    "flyte.syncify.syncify(obj)": "given by position, as a decorator",
}
