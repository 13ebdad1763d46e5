using Waverless.AspNetCore.Problems;

namespace Waverless.AspNetCore.Management;

/// <summary>An upload cannot be read.</summary>
/// <param name="problem">What to answer.</param>
/// <param name="inner">What caused it, if anything.</param>
internal sealed class UploadException(Problem problem, Exception? inner = null)
    : Exception(problem.Detail, inner)
{
    public Problem Problem { get; } = problem;

    public static UploadException TooLarge(long bytesMax) =>
        new(
            new Problem(
                StatusTable.PayloadTooLarge,
                $"The upload is larger than {bytesMax} bytes, the most that this node takes."
            )
        );

    public static UploadException Invalid(string detail, Exception? inner = null) =>
        new(new Problem(StatusTable.UploadInvalid, detail), inner);
}
