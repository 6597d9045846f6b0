import pytest
from botocore.exceptions import ClientError


def test_a_token_makes_one_file_system_and_its_owner_is_told_which_it_is(aws, fresh_name):
    made = aws("efs").create_file_system(CreationToken=fresh_name)

    with pytest.raises(ClientError, match=f"{made['FileSystemId']}' already exists") as refused:
        aws("efs").create_file_system(CreationToken=fresh_name)
    assert refused.value.response["Error"]["Code"] == "FileSystemAlreadyExists"

    aws("efs").delete_file_system(FileSystemId=made["FileSystemId"])
    assert aws("efs").create_file_system(CreationToken=fresh_name)["FileSystemId"] != made["FileSystemId"]


def test_ministack_still_hands_out_the_same_one():
    from ministack.services import efs

    try:
        first, second = (efs._create_file_system({"CreationToken": "same"}) for _ in range(2))
        assert (first[0], second[0]) == (201, 200)
    finally:
        efs.reset()
