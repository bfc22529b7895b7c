"""A lake in a bucket: what the engine is told, and with `moto` installed a bucket that answers."""

import pytest

from tests.engines.tables.made_up import FREE, PEOPLE, MemoryKeyring, people
from tongban.engines.tables import (
    DuckEngine,
    Lake,
    MissingOption,
    UnsupportedStorage,
    erase,
)
from tongban.engines.tables.storage import Storage, engine_secret

OPTIONS = {
    "AWS_ACCESS_KEY_ID": "city",
    "AWS_SECRET_ACCESS_KEY": "it's secret",
    "AWS_REGION": "us-east-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9000",
    "AWS_ALLOW_HTTP": "true",
}


def test_urls_are_joined_with_slashes():
    storage = Storage("s3://lake/city/", OPTIONS)

    assert storage.url("ods/people", "data") == "s3://lake/city/ods/people/data"


def test_the_engine_is_let_into_this_prefix_and_no_other():
    assert engine_secret(Storage("s3://lake/city", OPTIONS)) == (
        "CREATE SECRET lake (TYPE s3, KEY_ID 'city', SECRET 'it''s secret', REGION 'us-east-1',"
        " SCOPE 's3://lake/city/', ENDPOINT '127.0.0.1:9000', URL_STYLE 'path', USE_SSL 'false')"
    )
    plain = {name: value for name, value in OPTIONS.items() if "ENDPOINT" not in name}
    assert "ENDPOINT" not in str(engine_secret(Storage("s3://lake", plain)))
    assert engine_secret(Storage("/srv/lake", {})) is None


def test_a_connection_opens_with_the_secret_shut_in(tmp_path):
    lake = Lake("s3://lake/city", MemoryKeyring(), OPTIONS)
    engine = DuckEngine(lake, memory_limit="100MB", threads=1, scratch=tmp_path)

    with engine.connect() as con:
        (found,) = con.execute("SELECT scope, secret_string FROM duckdb_secrets()").fetchall()
        ((folders,),) = con.execute("SELECT current_setting('allowed_directories')").fetchall()
    assert found[0] == ["s3://lake/city/"]
    assert "secret=redacted" in found[1]
    assert [folder for folder in folders if "spill-" not in folder] == [
        f"{tmp_path}/",
        "s3://lake/city/",
    ]


def test_other_storage_and_missing_options_are_refused_by_name():
    with pytest.raises(UnsupportedStorage, match="gs://"):
        Storage("gs://lake", {})
    with pytest.raises(MissingOption, match="AWS_SECRET_ACCESS_KEY"):
        Storage("s3://lake", {"AWS_ACCESS_KEY_ID": "x"})


@pytest.fixture
def bucket():
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    options = OPTIONS | {"AWS_ENDPOINT_URL": address}
    import boto3

    boto3.client(
        "s3",
        endpoint_url=address,
        region_name=options["AWS_REGION"],
        aws_access_key_id=options["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=options["AWS_SECRET_ACCESS_KEY"],
    ).create_bucket(Bucket="lake")
    yield options
    server.stop()


def test_a_lake_in_a_bucket_does_all_that_one_in_a_folder_does(bucket, tmp_path):
    lake = Lake("s3://lake/city", MemoryKeyring(), bucket)
    engine = DuckEngine(lake, memory_limit="500MB", threads=1, scratch=tmp_path)
    with engine.connect() as con:
        for run, count in (("r0", 5), ("r1", 7)):
            staged = engine.stage(con, people(count), "ods.people", PEOPLE, run)
            lake.commit(staged, lock=FREE)
        engine.stage(con, people(1), "ods.people", PEOPLE, "crashed")

    proof = erase(engine, "ods.people", version=1, column="id", values=[6], run="e",
                  reason="request 1", lock=FREE)  # fmt: skip
    vacuumed = lake.vacuum("ods.people", [0], lock=FREE)
    with engine.connect() as con:
        engine.attach(con, lake.snapshot("ods.people"), "t")
        engine.attach(con, lake.snapshot("ods.people", 0), "old")
        rows = con.execute("SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM old)").fetchall()
    assert rows == [(6, 5)]
    assert proof.versions == (1,)
    assert len(vacuumed.files) == 2
    assert lake.versions("ods.people") == (0, 2)
    assert engine.damaged(lake.snapshot("ods.people")) == ()
