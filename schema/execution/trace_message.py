"""The messages of Apollo's reports.proto that a federated trace fills, with its field numbers.

    message Trace {
      google.protobuf.Timestamp end_time = 3;
      google.protobuf.Timestamp start_time = 4;
      uint64 duration_ns = 11;
      Node root = 14;
      bool is_incomplete = 33;
      message Error { string message = 1; }
      message Node {
        oneof id { string response_name = 1; uint32 index = 2; }
        string type = 3;
        uint64 start_time = 8;
        uint64 end_time = 9;
        repeated Error error = 11;
        repeated Node child = 12;
        string parent_type = 13;
        string original_field_name = 14;
      }
    }

The descriptor is built here at import. A generated module would need the compiler at each change, and the runtime refuses
modules that a compiler of a later version generated.
"""

from collections.abc import Mapping
from typing import Any

from google.protobuf import timestamp_pb2
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

PACKAGE = "xeploai"
TIMESTAMP, NODE, ERROR = (
    ".google.protobuf.Timestamp",
    f".{PACKAGE}.Trace.Node",
    f".{PACKAGE}.Trace.Error",
)
TEXT, BOOLEAN = FieldDescriptorProto.TYPE_STRING, FieldDescriptorProto.TYPE_BOOL
SINGLE = FieldDescriptorProto.LABEL_OPTIONAL
UINT32, UINT64 = FieldDescriptorProto.TYPE_UINT32, FieldDescriptorProto.TYPE_UINT64

TRACE_FIELDS = {
    "end_time": (3, TIMESTAMP),
    "start_time": (4, TIMESTAMP),
    "duration_ns": (11, UINT64),
    "root": (14, NODE),
    "is_incomplete": (33, BOOLEAN),
}
NODE_FIELDS = {
    "response_name": (1, TEXT),
    "index": (2, UINT32),
    "type": (3, TEXT),
    "start_time": (8, UINT64),
    "end_time": (9, UINT64),
    "error": (11, ERROR),
    "child": (12, NODE),
    "parent_type": (13, TEXT),
    "original_field_name": (14, TEXT),
}
ERROR_FIELDS = {"message": (1, TEXT)}
REPEATED = {"error", "child"}
ONE_OF_ID = {"response_name", "index"}
"""A node has the one or the other. So the index 0 is written, which a number outside of a `oneof` is not."""


def _message(name: str, fields: Mapping[str, tuple[int, Any]]) -> DescriptorProto:
    message = DescriptorProto(name=name)
    for field_name, (number, kind) in fields.items():
        form: dict[str, Any] = {"type": kind}
        if isinstance(kind, str):
            form = {"type": FieldDescriptorProto.TYPE_MESSAGE, "type_name": kind}
        if field_name in ONE_OF_ID:
            form["oneof_index"] = 0
        is_list = field_name in REPEATED
        label = FieldDescriptorProto.LABEL_REPEATED if is_list else SINGLE
        message.field.add(name=field_name, number=number, label=label, **form)
    return message


def _trace_class() -> Any:  # noqa: ANN401 - a class that the library makes
    node = _message("Node", NODE_FIELDS)
    node.oneof_decl.add(name="id")
    trace = _message("Trace", TRACE_FIELDS)
    trace.nested_type.extend([node, _message("Error", ERROR_FIELDS)])
    file = FileDescriptorProto(
        name="xeploai/trace.proto",
        package=PACKAGE,
        syntax="proto3",
        dependency=[timestamp_pb2.DESCRIPTOR.name],
        message_type=[trace],
    )
    pool = DescriptorPool()
    pool.AddSerializedFile(timestamp_pb2.DESCRIPTOR.serialized_pb)
    pool.AddSerializedFile(file.SerializeToString())
    return GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.Trace"))


Trace = _trace_class()
"""The class of the message `Trace`."""
