namespace Waverless.Messaging.Memory;

/// <summary>What a network carries at once.</summary>
internal sealed record MemoryPacket(MemoryTransport From, MemoryTransport To, ushort Kind)
{
    /// <summary>Its bytes; empty where only the size matters.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Size for the bandwidth.</summary>
    public int Bytes => Body.Length;

    /// <summary>Keeps the order among posts.</summary>
    public bool IsPost { get; init; }

    /// <summary>What the system of a dead process sends: its connection is no more.</summary>
    public bool IsLast { get; init; }

    /// <summary>Called when it is lost on the way.</summary>
    public Action? Lost { get; init; }

    /// <summary>Called before it travels a second time; null: it never does.</summary>
    public Action? Again { get; init; }
}
