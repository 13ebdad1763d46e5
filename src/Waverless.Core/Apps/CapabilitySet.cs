namespace Waverless.Apps;

/// <summary>Placeholder shape until the capability rules are merged.</summary>
internal sealed class CapabilitySet(FunctionManifest function)
{
    public string? ScanRefusal(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        Refusal(from, KeyOperations.Get);

    public string? Refusal(ReadOnlySpan<byte> key, KeyOperations operation)
    {
        foreach (var grant in function.Kvs)
        {
            if (grant.Operations.HasFlag(operation) && grant.Pattern.Matches(key))
            {
                return null;
            }
        }

        return $"{function.Name} may not {operation} that key.";
    }
}
