using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>A lock that an invocation has got.</summary>
/// <param name="Id">Positive and unique in the invocation; what releases it.</param>
/// <param name="Token">
/// The fencing token: grows with each holder of the key, so that what is outside can tell a stale
/// holder.
/// </param>
public readonly record struct LockGrant(int Id, Revision Token);
