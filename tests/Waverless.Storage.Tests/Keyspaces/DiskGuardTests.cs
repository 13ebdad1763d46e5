namespace Waverless.Storage.Keyspaces;

public sealed class DiskGuardTests
{
    private long? _free = 10_000_000;
    private int _looks;

    [Fact]
    public void Above_the_reserve_it_looks_only_now_and_then()
    {
        var guard = new DiskGuard(1_000_000, Free);
        for (var written = 0; written < 4_000_000; written += 1_000)
        {
            Assert.Null(guard.Refuse(1_000));
        }

        Assert.InRange(_looks, 2, 5);
    }

    [Fact]
    public void What_would_go_below_the_reserve_is_refused_until_there_is_room()
    {
        var guard = new DiskGuard(1_000_000, Free);
        _free = 1_000_500;
        Assert.Null(guard.Refuse(400));
        Assert.Contains("the disk is full: 1000500 bytes", guard.Refuse(501), Ordinal);
        Assert.NotNull(guard.Refuse(501));
        Assert.Null(guard.Refuse(400));

        _free = 2_000_000;
        Assert.Null(guard.Refuse(501));
        Assert.Equal(5, _looks);
    }

    [Fact]
    public void Without_a_reserve_or_when_nobody_tells_everything_is_taken()
    {
        _free = 0;
        Assert.Null(new DiskGuard(0, Free).Refuse(1_000));
        Assert.Equal(0, _looks);
        _free = null;
        Assert.Null(new DiskGuard(1_000_000, Free).Refuse(int.MaxValue));
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private long? Free()
    {
        _looks++;
        return _free;
    }
}
