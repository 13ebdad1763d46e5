namespace Waverless.ClusterProcesses;

public sealed class LeftNetworksTests
{
    [Theory]
    [InlineData("wv4194303a")]
    [InlineData("wv12b-3")]
    [InlineData("wv12bv3")]
    [InlineData("wv12-probe")]
    [InlineData("wv12-pr")]
    public void What_is_named_after_a_process_that_is_no_more_is_left(string name)
    {
        Assert.True(LeftNetworks.IsLeft(name, _ => false));
        Assert.False(LeftNetworks.IsLeft(name, _ => true));
    }

    [Theory]
    [InlineData("eth0")]
    [InlineData("wv")]
    [InlineData("wva-1")]
    [InlineData("wv12b-3-of-somebody")]
    [InlineData("my-wv12b-3")]
    [InlineData("wv123456789a")]
    public void What_others_have_named_is_left_alone(string name) =>
        Assert.False(LeftNetworks.IsLeft(name, _ => false));
}
