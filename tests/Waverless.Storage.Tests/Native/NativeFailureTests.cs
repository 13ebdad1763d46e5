namespace Waverless.Storage.Native;

public sealed class NativeFailureTests
{
    [Theory]
    [InlineData("IO error: No space left on device: While appending to file: x", "OutOfSpace")]
    [InlineData("IO error: Disk quota exceeded: While appending to file: x", "OutOfSpace")]
    [InlineData("IO error: While lock file: x: Resource temporarily unavailable", "Locked")]
    [InlineData("IO error: lock hold by current process, acquire time 1", "Locked")]
    [InlineData("Corruption: checksum mismatch", "Corrupt")]
    [InlineData("IO error: While fsync: x: Input/output error", "InputOutput")]
    [InlineData("something nobody has seen", "InputOutput")]
    public void A_message_tells_its_kind(string message, string kind) =>
        Assert.Equal(kind, $"{NativeFailure.Classify(message)}");

    [Fact]
    public void The_library_is_looked_for_by_the_names_it_has_in_the_package()
    {
        Assert.Equal(["rocksdb.dll"], NativeLibraryResolver.FileNames(true, false, false));
        Assert.Equal(["librocksdb.dylib"], NativeLibraryResolver.FileNames(false, true, false));
        Assert.Equal("librocksdb.so", NativeLibraryResolver.FileNames(false, false, false)[0]);
        Assert.Equal("librocksdb-musl.so", NativeLibraryResolver.FileNames(false, false, true)[0]);
    }
}
