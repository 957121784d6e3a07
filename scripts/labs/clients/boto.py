# One call of boto3: what to do on standard input as JSON, what came of it on standard output.
import base64
import json
import sys

import boto3
from botocore.exceptions import ClientError

asked = json.load(sys.stdin)
client = boto3.client(asked["service"], endpoint_url=asked["url"], **asked["keys"])


def plain(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return str(value)


try:
    method = getattr(client, asked["operation"])
    answer = method(**asked["parameters"])
    answer.pop("ResponseMetadata", None)
    print(json.dumps({"code": None, "data": answer}, default=plain))
except ClientError as error:
    print(json.dumps({"code": error.response["Error"]["Code"], "data": {}}))
