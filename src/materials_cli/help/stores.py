"""The explanations of what goes wrong with an object store or a cluster."""

from materials_cli.help.entry import Explanation

_SAFE = "Nothing is lost: what was downloaded before is in the bucket, and the next run continues there."

STORES = {
    "store_refused": Explanation(
        "The server of the bucket answered, but does not let this computer do what is needed there.",
        "The message contains the server's own code: “InvalidAccessKeyId” and “SignatureDoesNotMatch” mean a wrong key, "
        "“ExpiredToken” an expired one, “AccessDenied” a missing permission: reading, writing and listing are needed. "
        "“QuotaExceeded” and 507 mean that the store is full.",
        (
            "Set the credential again, in the environment of whoever runs it; for a schedule, in the environment of its timer.",
            "Try it with the cloud's own program: aws s3 ls s3://BUCKET/PREFIX/",
            _SAFE,
        ),
    ),
    "store_unreachable": Explanation(
        "The bucket's server did not answer, or answered with an error of its own, at every attempt.",
        "The server, or the network on the way to it, may be having problems. A server that is not the "
        "provider's own is named by AWS_ENDPOINT_URL, GOOGLE_BASE_URL or AZURE_STORAGE_ENDPOINT.",
        (
            "Wait, and run the same command again.",
            "See whether the environment names the right server and, for s3://, the right region (AWS_REGION).",
            _SAFE,
        ),
    ),
    "not_our_bucket": Explanation(
        "Each archive marks its place in a bucket with an object, materials-archive.json. The one there "
        "belongs to another archive, or it is missing although other objects are there, or it is not the one used before.",
        "Most often the address in materials.toml is mistyped, or two archives were given the same one.",
        (
            "Compare `store` in materials.toml with the bucket: aws s3 ls s3://BUCKET/PREFIX/",
            "For another archive, choose a prefix of its own: materials move --to s3://bucket/another-prefix",
            "To read that other archive: an empty folder with a materials.toml that has its address, and `materials rebuild`.",
        ),
    ),
    "no_conditions": Explanation(
        "Two computers that write to one archive would overwrite each other's list of what is held. The server can prevent it "
        "only if it knows conditional writes, and this one does not.",
        "Amazon S3, Google Cloud Storage and Azure know them; some small servers, such as `rclone serve s3`, do not.",
        (
            "If only this computer ever writes there, say so: --single-writer, or single_writer = true in materials.toml.",
            "Otherwise use another server, or a newer version of it. Reading works all the same.",
        ),
    ),
    "clock_off": Explanation(
        "Requests to a bucket are signed with the time, and the server refuses those that are more than 15 minutes off.",
        "The clock of this computer is wrong, for example after its battery was empty, or its time zone was set by hand.",
        ("Let the system set the clock from the network: timedatectl set-ntp true", "Then run the same command again.", _SAFE),
    ),
    "scheduler_unreachable": Explanation(
        "The scheduler of the cluster did not answer, had no workers, or went away during the run.",
        "A run with --executor asks the scheduler's workers to download and read. What they had finished is in the archive.",
        (
            "Compare the address with what the scheduler printed when it started: dask scheduler --port 8786",
            "Start workers: dask worker SCHEDULER --nthreads 4",
            "Without --executor, this computer does the work itself.",
        ),
    ),
    "worker_unfit": Explanation(
        "A worker of the cluster would not do what this computer does: its program, its store or its credential is another.",
        "The message says which. A worker that was not upgraded, or does not have the archive's folder mounted, is usual.",
        (
            "Upgrade that worker, or start it with the same image as the others.",
            "On a disk, every worker needs the archive at the same path; in an object store, the same environment for it.",
            "Give every worker the same kind of credential for Drive (GOOGLE_API_KEY, for example) in its own environment.",
        ),
    ),
    "extra_missing": Explanation(
        "What reaches an object store or a cluster is a library that most people do not need: it is installed on request.",
        "materials was installed without it on this computer.",
        (
            "In the folder of the program: uv tool install '.[objects,dask]', or pipx install --force '.[objects,dask]'",
            "Then run the same command again.",
        ),
    ),
}
