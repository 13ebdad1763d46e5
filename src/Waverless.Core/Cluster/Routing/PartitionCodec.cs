using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Routing;

/// <summary>Results of the store as messages.</summary>
internal static class PartitionCodec
{
    public static RevisionRef Revision(in Revision revision) =>
        new()
        {
            Incarnation = revision.Incarnation,
            Partition = revision.Partition,
            Number = revision.Number,
        };

    public static Revision Revision(RevisionRef? wire) =>
        wire is null ? default : new(wire.Incarnation, wire.Partition, wire.Number);

    public static CommitReply Reply(in CommitResult result) =>
        new()
        {
            Status = (uint)result.Status,
            Revision = Revision(result.Revision),
            FailedCondition = result.FailedCondition,
            Rejection = (uint)result.Rejection,
            Reason = result.Reason ?? "",
        };

    public static CommitResult Result(CommitReply reply) =>
        new(
            (CommitStatus)reply.Status,
            Revision(reply.Revision),
            reply.FailedCondition,
            (CommitRejection)reply.Rejection,
            reply.Reason.Length == 0 ? null : reply.Reason
        );

    public static StorageFailure Failure(StorageException failure) =>
        new() { Error = (uint)failure.Error, Message = failure.Message };

    public static StorageException Failure(StorageFailure failure) =>
        new((StorageError)failure.Error, failure.Message);
}
