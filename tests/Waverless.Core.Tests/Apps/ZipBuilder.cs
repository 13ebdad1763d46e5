using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Waverless.Apps.Packaging;

namespace Waverless.Apps;

/// <summary>Writes zips, also ones that no honest tool would write.</summary>
internal sealed class ZipBuilder
{
    private readonly List<Entry> entries = [];

    public ushort? CountSaid { get; set; }

    public string Comment { get; set; } = "";

    public static byte[] Package(string manifest = "fns: {f: }") =>
        new ZipBuilder().Add("app.yaml", manifest).Add("app.wasm", "\0asm").Build();

    public ZipBuilder Add(string path, string content, Action<Entry>? change = null) =>
        Add(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(content), change);

    public ZipBuilder Add(byte[] path, byte[] content, Action<Entry>? change = null)
    {
        var entry = new Entry
        {
            Path = path,
            LocalPath = path,
            Crc = Crc32.Compute(content),
            Length = (uint)content.Length,
            Body = Deflate(content),
        };
        change?.Invoke(entry);
        entries.Add(entry);
        return this;
    }

    public byte[] Build()
    {
        var zip = new MemoryStream();
        foreach (var entry in entries)
        {
            entry.Offset ??= (uint)zip.Length;
            WriteLocal(zip, entry);
        }

        var start = (uint)zip.Length;
        foreach (var entry in entries)
        {
            WriteEntry(zip, entry);
        }

        var length = (uint)zip.Length - start;
        var count = CountSaid ?? (ushort)entries.Count;
        UInt32(zip, ZipLayout.EndSignature);
        UInt16(zip, 0, 0, count, count);
        UInt32(zip, length);
        UInt32(zip, start);
        UInt16(zip, (ushort)Comment.Length);
        zip.Write(Encoding.ASCII.GetBytes(Comment));
        return zip.ToArray();
    }

    public static byte[] Deflate(byte[] content)
    {
        var packed = new MemoryStream();
        using (var deflater = new DeflateStream(packed, CompressionLevel.SmallestSize, true))
        {
            deflater.Write(content);
        }

        return packed.ToArray();
    }

    private static void WriteLocal(MemoryStream zip, Entry entry)
    {
        UInt32(zip, ZipLayout.LocalSignature);
        UInt16(zip, 20, entry.Flags, entry.Method, 0, 0);
        UInt32(zip, entry.Crc);
        UInt32(zip, (uint)entry.Body.Length);
        UInt32(zip, entry.Length);
        UInt16(zip, (ushort)entry.LocalPath.Length, 0);
        zip.Write(entry.LocalPath);
        zip.Write(entry.Body);
    }

    private static void WriteEntry(MemoryStream zip, Entry entry)
    {
        UInt32(zip, ZipLayout.EntrySignature);
        UInt16(zip, 0x0314, 20, entry.Flags, entry.Method, 0, 0);
        UInt32(zip, entry.Crc);
        UInt32(zip, entry.CompressedSaid ?? (uint)entry.Body.Length);
        UInt32(zip, entry.Length);
        UInt16(zip, (ushort)entry.Path.Length, 0, 0, 0, 0);
        UInt32(zip, (uint)entry.UnixMode << 16);
        UInt32(zip, entry.Offset!.Value);
        zip.Write(entry.Path);
    }

    private static void UInt16(MemoryStream zip, params ReadOnlySpan<ushort> values)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
            zip.Write(bytes);
        }
    }

    private static void UInt32(MemoryStream zip, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        zip.Write(bytes);
    }

    internal sealed class Entry
    {
        public required byte[] Path { get; set; }
        public required byte[] LocalPath { get; set; }
        public required byte[] Body { get; set; }
        public uint Crc { get; set; }
        public uint Length { get; set; }
        public uint? CompressedSaid { get; set; }
        public uint? Offset { get; set; }
        public ushort Method { get; set; } = ZipLayout.Deflated;
        public ushort Flags { get; set; }
        public ushort UnixMode { get; set; } = 0x81A4;
    }
}
