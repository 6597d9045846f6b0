"""Single values of a catalog file: names, addresses, sizes, each as AWS takes it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import naming, patterns

ServiceName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=naming.SERVICE_NAME_MAX)]
EnvironmentName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=naming.ENVIRONMENT_NAME_MAX)]
EnvFileName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=naming.ENV_FILE_NAME_MAX)]
VariableName = Annotated[str, StringConstraints(pattern=patterns.VARIABLE, max_length=255)]
VariableValue = Annotated[str, StringConstraints(pattern=patterns.NO_NUL)]
Repository = Annotated[str, StringConstraints(pattern=patterns.REPOSITORY, max_length=255)]
Cidr = Annotated[str, StringConstraints(pattern=patterns.NETWORK)]
PRIVATE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
SubnetId = Annotated[str, StringConstraints(pattern=patterns.SUBNET)]
InstanceType = Annotated[str, StringConstraints(pattern=patterns.INSTANCE_TYPE, max_length=40)]
InstanceTypes = Annotated[str, StringConstraints(pattern=patterns.INSTANCE_TYPES, max_length=30)]
"""One or, with ``*``, many"""
UrlPath = Annotated[str, StringConstraints(pattern=patterns.URL_PATH, max_length=1024)]
PathPattern = Annotated[str, StringConstraints(pattern=patterns.PATH_PATTERN, max_length=128)]
HostPattern = Annotated[str, StringConstraints(pattern=patterns.HOST_PATTERN, max_length=128)]
HostName = Annotated[str, StringConstraints(pattern=patterns.HOST_NAME, max_length=128)]
Paths = Annotated[tuple[PathPattern, ...], Field(strict=False, min_length=1, max_length=5)]
Addresses = Annotated[str, StringConstraints(pattern=patterns.ADDRESSES)]
SourceAddresses = Annotated[tuple[Addresses, ...], Field(strict=False, max_length=5)]
HeaderName = Annotated[str, StringConstraints(pattern=patterns.TOKEN, max_length=40)]
HeaderPattern = Annotated[str, StringConstraints(pattern=patterns.HEADER_VALUE, min_length=1, max_length=128)]
Headers = dict[HeaderName, Annotated[tuple[HeaderPattern, ...], Field(strict=False, min_length=1)]]
HeaderText = Annotated[str, StringConstraints(pattern=patterns.HEADER_TEXT, min_length=1, max_length=1024)]
CertificateArn = Annotated[str, StringConstraints(pattern=patterns.CERTIFICATE)]
ProviderName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=32)]
HttpsAddress = Annotated[str, StringConstraints(pattern=patterns.HTTPS_ADDRESS, max_length=2048)]
AnswerCodes = Annotated[str, StringConstraints(pattern=patterns.ANSWER_CODES, max_length=128)]
Issuer = Annotated[str, StringConstraints(pattern=patterns.ISSUER, max_length=2048)]
Origin = Annotated[str, StringConstraints(pattern=patterns.ORIGIN, max_length=300)]
ClaimName = Annotated[str, StringConstraints(pattern=patterns.CLAIM, max_length=128)]
AuthorizerName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=64)]
TokenWord = Annotated[str, StringConstraints(pattern=patterns.NO_BLANK, min_length=1, max_length=256)]
QueueName = Annotated[str, StringConstraints(pattern=patterns.QUEUE, max_length=80)]
SecretId = Annotated[str, StringConstraints(pattern=patterns.SECRET, max_length=2048)]
"""Name or whole ARN, in Secrets Manager"""
VolumeName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=64)]
"""Without underscore, so that those of features may have one."""
FileSystemName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=naming.FILE_SYSTEM_NAME_MAX)]
ContainerName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=64)]
Directory = Annotated[str, StringConstraints(pattern=patterns.DIRECTORY, max_length=1024)]
LinkName = Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=40)]
Link = Annotated[
    dict[LinkName, Annotated[str, StringConstraints(pattern=patterns.HTTPS_ADDRESS, max_length=2048)]],
    Field(min_length=1, max_length=1),
]
HttpMethod = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "*"]
Words = Annotated[tuple[VariableValue, ...], Field(strict=False, min_length=1)]
"""A command as a list: the program, then one argument each. No shell reads it."""
Minutes = Annotated[int, Field(ge=1, le=10_080)]
"""A week at most"""
Percent = Annotated[int, Field(ge=1, le=100)]
KeyArn = Annotated[str, StringConstraints(pattern=patterns.KEY)]
"""Of the key itself: IAM knows no aliases."""
Retention = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]
"""Days, as CloudWatch Logs takes them."""
