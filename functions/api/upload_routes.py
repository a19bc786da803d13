"""Routes of data that clients bring and read."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from flyte.protocol.api import (
    BeginUploadRequest,
    BegunUpload,
    DownloadPage,
    DownloadRequest,
    EndedUpload,
    EndUploadRequest,
    FolderUpload,
    FolderUploadRequest,
    PresignedUpload,
    UploadParts,
    UploadPartsRequest,
    UploadRequest,
)
from functions.control.backend import Backend


def add_upload_routes(app: APIGatewayHttpResolver, backend: Backend) -> None:
    """Adds the routes of uploads and downloads."""

    @app.post("/v1/uploads", summary="A place for one object", tags=["uploads"])
    def place_upload(asked: UploadRequest) -> PresignedUpload:
        backend.projects.require(asked.project, asked.domain)
        return backend.artifacts.place(asked)

    @app.post("/v1/uploads/folder", summary="Places for files of one folder", tags=["uploads"])
    def place_folder(asked: FolderUploadRequest) -> FolderUpload:
        backend.projects.require(asked.project, asked.domain)
        return backend.transfers.folder(asked)

    @app.post("/v1/uploads/parts/begin", summary="Begin the upload of one large object", tags=["uploads"])
    def begin_upload(asked: BeginUploadRequest) -> BegunUpload:
        backend.projects.require(asked.project, asked.domain)
        return backend.uploads_in_parts.begin(asked)

    @app.post("/v1/uploads/parts", summary="Places for parts of a large object", tags=["uploads"])
    def place_parts(asked: UploadPartsRequest) -> UploadParts:
        return backend.uploads_in_parts.places(asked)

    @app.post("/v1/uploads/parts/end", summary="Make an object of its parts, or drop them", tags=["uploads"])
    def end_upload(asked: EndUploadRequest) -> EndedUpload:
        return backend.uploads_in_parts.end(asked)

    @app.post("/v1/downloads", summary="What lies under a URI, with URLs that read it", tags=["uploads"])
    def find_downloads(asked: DownloadRequest) -> DownloadPage:
        backend.projects.require(asked.project, asked.domain)
        return backend.transfers.downloads(asked)
