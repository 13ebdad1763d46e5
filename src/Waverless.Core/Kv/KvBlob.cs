namespace Waverless.Kv;

/// <summary>
/// A blob that is written, but not visible yet: <see cref="KvBatch.SetBlob(KvBlob)"/> makes it a key's
/// value, in a batch with anything else. Good until its writer is disposed.
/// </summary>
public sealed class KvBlob
{
    internal KvBlob(KvKey key, BlobDescriptor descriptor)
    {
        Key = key;
        Descriptor = descriptor;
    }

    /// <summary>The key that it was written for.</summary>
    public KvKey Key { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length => Descriptor.Length;

    internal BlobDescriptor Descriptor { get; }
}
