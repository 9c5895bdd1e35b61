"""What is too much is refused with a page in Dutch, and nothing that is sent becomes a file on the server."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

TOO_LARGE = "<h1>Dat is te groot</h1>"


@pytest.mark.django_db
def test_a_request_that_says_it_is_too_large_is_not_read(signed_in, coordinator):
    answer = signed_in(coordinator).post(
        reverse("year_import"), b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(20 * 2**20 + 1)
    )
    assert answer.status_code == 413
    assert TOO_LARGE in answer.text
    assert "hoogstens 20 MB" in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "limit",
    [
        {"DATA_UPLOAD_MAX_MEMORY_SIZE": 100},
        {"DATA_UPLOAD_MAX_NUMBER_FIELDS": 3},
    ],
)
def test_too_many_fields_or_too_much_text_is_said_in_the_same_words(signed_in, coordinator, limit):
    with override_settings(**limit):
        typed = {f"veld{number}": "x" * 100 for number in range(10)}
        answer = signed_in(coordinator).post(reverse("participant_add"), typed)
    assert answer.status_code == 413
    assert TOO_LARGE in answer.text


@pytest.mark.django_db
def test_too_many_files_is_said_in_the_same_words(signed_in, coordinator):
    files = {f"f{number}": SimpleUploadedFile("a.csv", b"a") for number in range(101)}
    assert signed_in(coordinator).post(reverse("year_import"), files).status_code == 413


@pytest.mark.parametrize("length", ["", "x", "-5", "1e9", "٣"])
@pytest.mark.django_db
def test_a_length_that_is_none_is_left_to_the_server(client, length):
    assert client.post("/gezond/", b"", content_type="text/plain", CONTENT_LENGTH=length).status_code != 500


@pytest.mark.django_db
def test_a_large_upload_stays_in_memory(signed_in, coordinator, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path / "nowhere")):
        upload = SimpleUploadedFile("deelnemers.csv", b"x" * 5_000_000)
        answer = signed_in(coordinator).post(reverse("year_import"), {"files": upload})
    assert answer.status_code == 200
    assert "ontbreken" in answer.text
    assert not (tmp_path / "nowhere").exists()


def test_only_memory_takes_uploads():
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE == settings.LARGEST_REQUEST
