using System.Text;
using Waverless.Wasm.Instances;

namespace Waverless.Wasm.Original;

public sealed class BatchResultsTests
{
    [Fact]
    public void Values_are_found_by_batch_and_operation()
    {
        var results = new BatchResults();
        var first = results.Begin();
        Add(results, 0, "a");
        Add(results, 3, "bb");
        var second = results.Begin();
        Add(results, 0, "ccc");
        Assert.Equal("a", Find(results, first, 0));
        Assert.Equal("bb", Find(results, first, 3));
        Assert.Equal("ccc", Find(results, second, 0));
    }

    [Fact]
    public void A_missing_key_gives_no_bytes()
    {
        var results = new BatchResults();
        var batch = results.Begin();
        Add(results, 0, "before");
        results.Add(1, -1);
        Assert.Equal("", Find(results, batch, 1));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, -1)]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(-1, 0)]
    [InlineData(int.MaxValue, 0)]
    [InlineData(int.MinValue, 0)]
    public void What_was_never_read_is_a_fault(int batch, int operation)
    {
        var results = new BatchResults();
        results.Begin();
        Add(results, 0, "a");
        Assert.Throws<GuestFaultException>(() => Find(results, batch, operation));
    }

    [Fact]
    public void A_new_batch_forgets_the_old_ones_when_they_are_too_large()
    {
        var results = new BatchResults();
        var old = results.Begin();
        results.Values.Write(new byte[BatchResults.BytesMax + 1]);
        results.Add(0, BatchResults.BytesMax + 1);
        Assert.Equal(BatchResults.BytesMax + 1, results.Find(old, 0).Length);
        var next = results.Begin();
        Assert.Equal(old + 1, next);
        Assert.Equal(0, results.Values.Length);
        var e = Assert.Throws<GuestFaultException>(() => Find(results, old, 0));
        Assert.Contains("batch 1 has no results", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_batch_forgets_the_old_ones_when_they_are_too_many()
    {
        var results = new BatchResults();
        for (var batch = 1; batch <= BatchResults.BatchesMax; batch++)
        {
            Assert.Equal(batch, results.Begin());
        }

        Add(results, 0, "kept so far");
        Assert.Equal("kept so far", Find(results, BatchResults.BatchesMax, 0));
        Assert.Equal(BatchResults.BatchesMax + 1, results.Begin());
        Assert.Throws<GuestFaultException>(() => Find(results, BatchResults.BatchesMax, 0));
    }

    private static void Add(BatchResults results, int operation, string value)
    {
        results.Values.Write(Encoding.UTF8.GetBytes(value));
        results.Add(operation, value.Length);
    }

    private static string Find(BatchResults results, int batch, int operation) =>
        Encoding.UTF8.GetString(results.Find(batch, operation));
}
