namespace Waverless.AspNetCore.Problems;

/// <summary>One way in which a request can fail, as a caller sees it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable name for programs.</param>
/// <param name="Title">Short name for people; the same for every occurrence.</param>
/// <param name="RetryLater">Whether the same request may succeed later: adds Retry-After.</param>
internal sealed record ProblemKind(int Status, string Code, string Title, bool RetryLater = false);
