using Waverless.Invocations;
using Waverless.Wasm.Original;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

/// <summary>What guests see of the app's files folder, and that they see nothing else.</summary>
public sealed class FileTests : IDisposable
{
    private readonly string _outside = Directory.CreateTempSubdirectory("waverless-").FullName;
    private readonly string _files;

    public FileTests()
    {
        _files = Directory.CreateDirectory(Path.Combine(_outside, "files")).FullName;
        File.WriteAllText(Path.Combine(_files, "words.txt"), "0123456789");
        Directory.CreateDirectory(Path.Combine(_files, "sub"));
        File.WriteAllText(Path.Combine(_files, "sub", "deep.txt"), "deep");
        File.WriteAllText(Path.Combine(_outside, "secret.txt"), "secret");
    }

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Theory]
    [InlineData("words.txt", "0123456789")]
    [InlineData("sub/deep.txt", "deep")]
    [InlineData("./words.txt", "0123456789")]
    [InlineData("missing.txt", "none")]
    [InlineData("sub", "none")]
    public async Task A_file_of_the_folder_can_be_read(string name, string content)
    {
        await using var app = await LoadAsync(_files);
        var result = await app.InvokeAsync("cat", Payload.FromText(name));
        Assert.Equal(content, result.Text);
    }

    [Theory]
    [InlineData("../secret.txt")]
    [InlineData("sub/../../secret.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("sub\\..\\x")]
    [InlineData("a\0b")]
    public async Task A_name_that_leads_out_of_the_folder_counts_as_missing(string name)
    {
        await using var app = await LoadAsync(_files);
        Assert.Equal("none", (await app.InvokeAsync("cat", Payload.FromText(name))).Text);
        Assert.Contains("files folder", Assert.Single(app.Host.Logged).Message, default);
    }

    [Fact]
    public async Task A_name_that_is_no_text_or_too_long_counts_as_missing()
    {
        await using var app = await LoadAsync(_files);
        foreach (var name in new byte[][] { [], [0xff, 0xfe], new byte[1_025] })
        {
            Assert.Equal("none", (await app.InvokeAsync("cat", Payload.From(name))).Text);
            Assert.Contains("expected 1 to 1024 bytes", app.Host.Logged[0].Message, default);
        }
    }

    [Fact]
    public async Task A_link_that_leads_outside_counts_as_missing()
    {
        File.CreateSymbolicLink(Path.Combine(_files, "link"), Path.Combine(_outside, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(_files, "up"), _outside);
        File.CreateSymbolicLink(Path.Combine(_files, "inner"), Path.Combine(_files, "words.txt"));
        await using var app = await LoadAsync(_files);
        Assert.Equal("none", (await app.InvokeAsync("cat", Payload.FromText("link"))).Text);
        Assert.Equal(
            "none",
            (await app.InvokeAsync("cat", Payload.FromText("up/secret.txt"))).Text
        );
        var inner = await app.InvokeAsync("cat", Payload.FromText("inner"));
        Assert.Equal("0123456789", inner.Text);
    }

    [Fact]
    public async Task A_folder_whose_name_only_begins_the_same_is_outside()
    {
        Directory.CreateDirectory(_files + "-other");
        File.WriteAllText(Path.Combine(_files + "-other", "x"), "secret");
        Directory.CreateSymbolicLink(Path.Combine(_files, "side"), _files + "-other");
        await using var app = await LoadAsync(_files);
        Assert.Equal("none", (await app.InvokeAsync("cat", Payload.FromText("side/x"))).Text);
    }

    [Fact]
    public async Task Without_a_files_folder_every_file_is_missing()
    {
        await using var none = await LoadAsync(null);
        Assert.Equal("none", (await none.InvokeAsync("cat", Payload.FromText("words.txt"))).Text);
        await using var gone = await LoadAsync(Path.Combine(_outside, "never-made"));
        Assert.Equal("none", (await gone.InvokeAsync("cat", Payload.FromText("words.txt"))).Text);
    }

    [Fact]
    public async Task Reading_at_and_beyond_the_end_gives_what_is_there()
    {
        await using var app = await LoadAsync(_files);
        Assert.Equal("89", (await app.InvokeAsync("tail", Payload.FromText("words.txt"))).Text);
    }

    [Fact]
    public async Task Too_many_open_files_are_refused()
    {
        await using var app = await LoadAsync(_files);
        var result = await app.InvokeAsync("hoard", Payload.FromText("words.txt"));
        Assert.True(result.IsCompleted, result.Error);
        Assert.Equal(FileTable.FilesMax, result.Body.Span[0]);
        Assert.Contains($"{FileTable.FilesMax} files", app.Host.Logged[0].Message, default);
        Assert.Equal("89", (await app.InvokeAsync("tail", Payload.FromText("words.txt"))).Text);
    }

    private static Task<WasmApp> LoadAsync(string? folder) =>
        WasmApp.LoadAsync(
            Wat.Assemble(
                Guests.With(
                    """
                    (data (i32.const 0) "none")
                    (func $show (param $offset i32)
                      (if (i32.eq (i32.load (i32.const 100)) (i32.const -1))
                        (then (call $result (i32.const 0) (i32.const 4)) (return)))
                      (call $read (i32.load (i32.const 100)) (i32.const 200) (i32.const 1000)
                        (local.get $offset) (i32.const 104))
                      (call $result (i32.const 200) (i32.load (i32.const 104))))
                    (func (export "cat") (param i32 i32)
                      (call $open (local.get 0) (local.get 1) (i32.const 100))
                      (call $show (i32.const 0)))
                    (func (export "tail") (param i32 i32)
                      (call $open (local.get 0) (local.get 1) (i32.const 100))
                      (call $show (i32.const 8)))
                    (func (export "hoard") (param i32 i32) (local $opened i32)
                      (loop $more
                        (call $open (local.get 0) (local.get 1) (i32.const 100))
                        (if (i32.ne (i32.load (i32.const 100)) (i32.const -1))
                          (then
                            (local.set $opened (i32.add (local.get $opened) (i32.const 1)))
                            (br $more))))
                      (i32.store (i32.const 96) (local.get $opened))
                      (call $result (i32.const 96) (i32.const 4)))
                    """
                )
            ),
            [WasmApp.Function("cat"), WasmApp.Function("tail"), WasmApp.Function("hoard")],
            folder
        );
}
