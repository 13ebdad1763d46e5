using System.Buffers;
using System.Globalization;
using Waverless.Contracts.Storage;
using Waverless.Kv;

namespace Waverless.Storage;

/// <summary>What was acknowledged before SIGKILL is there afterwards.</summary>
public sealed class CrashTests : IAsyncDisposable
{
    private const int Rounds = 4;
    private static readonly PartitionId P = new("shop", 0);

    private readonly RocksDbPlace _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task A_killed_process_loses_nothing_that_it_acknowledged()
    {
        ulong newest = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using var child = ChildProcess.Start(ChildProcess.WriteRole, _place.Options().Folder);
            var (acknowledged, revision) = await ReadUntilKilledAsync(
                child,
                lines: 50 + 70 * round
            );
            await using var engine = await _place.OpenAsync(new RecordingListener(), new());
            foreach (var (writer, count) in acknowledged)
            {
                // One more may have been stored without an answer.
                var value = await ReadAsync(engine, $"w{writer}");
                Assert.InRange(value, count, int.MaxValue);
                Assert.Equal(value, await ReadAsync(engine, $"w{writer}/copy"));
            }

            var commit = new Commit();
            commit.Put("round"u8, "x"u8);
            var next = (await engine.CommitAsync(P, commit, Ct)).Revision.Number;
            Assert.True(next > revision, $"{next} was assigned again, {revision} was acknowledged");
            Assert.True(revision > newest);
            newest = next;
        }
    }

    [Fact]
    public async Task A_copy_of_the_open_folder_opens_like_after_a_crash()
    {
        await using var engine = await _place.OpenAsync(new RecordingListener(), new());
        for (var i = 0; i < 500; i++)
        {
            var commit = new Commit();
            commit.Put("k"u8, BitConverter.GetBytes(i));
            await engine.CommitAsync(P, commit, Ct);
        }

        var copy = Path.Combine(_place.Folder, "copy");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(_place.Options().Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        await using var crashed = new RocksDbStorageEngine(_place.Options() with { Folder = copy });
        await crashed.OpenAsync(new RecordingListener(), TimeProvider.System, Ct);
        Assert.Equal(499, await ReadAsync(crashed, "k"));
        var next = new Commit();
        Assert.Equal(501u, (await crashed.CommitAsync(P, next, Ct)).Revision.Number);
    }

    private static async Task<(
        Dictionary<string, int> Counts,
        ulong Revision
    )> ReadUntilKilledAsync(ChildProcess child, int lines)
    {
        Assert.Equal("open", await child.ReadLineAsync(Ct));
        var counts = new Dictionary<string, int>();
        ulong revision = 0;
        for (var i = 0; await child.ReadLineAsync(Ct) is { } line; i++)
        {
            var parts = line.Split(' ');
            if (parts.Length == 3 && ulong.TryParse(parts[2], out var number))
            {
                counts[parts[0]] = int.Parse(parts[1], CultureInfo.InvariantCulture);
                revision = Math.Max(revision, number);
            }

            if (i == lines)
            {
                child.Kill();
            }
        }

        return (counts, revision);
    }

    private static async Task<int> ReadAsync(IStorageEngine engine, string key)
    {
        var into = new ArrayBufferWriter<byte>();
        await engine.GetAsync(P, key, default, into, Ct);
        return BitConverter.ToInt32(into.WrittenSpan);
    }
}
