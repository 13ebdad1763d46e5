using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Waverless.Apps;

namespace Waverless.Invocations.Idempotency;

/// <summary>
/// Keys of the system area under which idempotency keys are remembered: what the key is of, the
/// function, and a hash of principal and key. They are part of the disk format.
/// </summary>
internal static class IdempotencyScope
{
    private const char Call = 'c';
    private const char Batch = 'b';
    private const char Queued = 'm';

    /// <summary>Whether a key of the system area is that of a remembered idempotency key.</summary>
    public static bool IsOne(ReadOnlySpan<byte> key) => key.StartsWith("idempotency/"u8);

    /// <summary>A call of a function with an answer.</summary>
    public static byte[] OfCall(FunctionAddress function, string principal, string key) =>
        Of(Call, function.Function, principal, key);

    /// <summary>A message; all functions and host code of an app are one principal.</summary>
    public static byte[] OfMessage(string principal, FunctionAddress target, string key) =>
        Of(Queued, target.Function, principal, key);

    /// <summary>A batch of host code.</summary>
    public static byte[] OfBatch(string key) => Of(Batch, "", "", key);

    private static byte[] Of(char kind, string function, string principal, string key)
    {
        var head = Encoding.UTF8.GetBytes($"idempotency/{kind}/{function}/");
        var principalBytes = Encoding.UTF8.GetByteCount(principal);
        var scope = new byte[sizeof(int) + principalBytes + Encoding.UTF8.GetByteCount(key)];
        BinaryPrimitives.WriteInt32LittleEndian(scope, principalBytes);
        Encoding.UTF8.GetBytes(principal, scope.AsSpan(sizeof(int)));
        Encoding.UTF8.GetBytes(key, scope.AsSpan(sizeof(int) + principalBytes));
        return [.. head, .. SHA256.HashData(scope)];
    }
}
