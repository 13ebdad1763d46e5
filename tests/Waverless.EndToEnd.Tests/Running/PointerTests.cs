using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Running;

/// <summary>Every import of the original ABI with arguments that lead outside memory.</summary>
public sealed class PointerTests(SharedNode shared)
{
    [Theory]
    [InlineData("kv_batch_ope", "end 1 free", "opes_ptr")]
    [InlineData("kv_batch_ope", "end-4 2 free", "opes_ptr")]
    [InlineData("kv_batch_ope", "-4 4 free", "opes_ptr")]
    [InlineData("kv_batch_ope", "free -1 free", "opes_len is -1")]
    [InlineData("kv_batch_ope", "free 2147483647 free", "opes_len is 2147483647")]
    [InlineData("kv_batch_ope", "free 1 end-3", "out_id_ptr")]
    [InlineData("kv_batch_res", "1 end 2", "args_ptr")]
    [InlineData("kv_batch_res", "1 free 3", "args_len is 3")]
    [InlineData("kv_batch_res", "1 free -2", "args_len is -2")]
    [InlineData("open_file", "end-2 8 free", "name_ptr")]
    [InlineData("open_file", "free -1 free", "name_ptr")]
    [InlineData("open_file", "free 1 -2", "out_fd_ptr")]
    [InlineData("read_file_at", "0 end-500 1000 0 free", "buf_ptr")]
    [InlineData("read_file_at", "0 free -5 0 free", "buf_ptr")]
    [InlineData("read_file_at", "0 free 4 0 -1", "out_len_ptr")]
    [InlineData("read_file_at", "77 free 4 0 free", "fd 77")]
    [InlineData("write_result", "1 end", "ptr names")]
    [InlineData("write_result", "-1 2", "ptr names")]
    [InlineData("write_result", "free -2147483648", "ptr names")]
    public async Task A_bad_argument_of_an_import_is_a_trap_that_names_it(
        string import,
        string arguments,
        string named
    )
    {
        using var answer = await shared.Node.CallAsync($"calls/{import}", arguments);
        await answer.AssertProblemAsync(500, "trapped", $"{import}: {named}");
        await shared.Node.AssertAliveAsync();
    }

    [Theory]
    [InlineData("1 1 end 1 free 1")]
    [InlineData("1 1 end-1 9 free 1")]
    [InlineData("1 1 free -1 free 1")]
    [InlineData("1 1 free 1 end 1")]
    [InlineData("1 1 free 1 free 2147483647")]
    [InlineData("1 2 free 1 end")]
    [InlineData("1 3 -1 1 -1 free")]
    [InlineData("1 4 end 1")]
    [InlineData("2147483647")]
    [InlineData("-1")]
    [InlineData("1 99 free 1")]
    [InlineData("3 4 free 1")]
    public async Task A_bad_integer_within_a_batch_is_a_trap(string integers)
    {
        using var answer = await shared.Node.CallAsync("calls/batch_text", integers);
        await answer.AssertProblemAsync(500, "trapped", "kv_batch_ope: ");
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task Values_may_not_be_written_outside_memory()
    {
        int[] pairs = [0, -1];
        var bytes = pairs.SelectMany(BitConverter.GetBytes).ToArray();
        using var content = new ByteArrayContent(bytes);
        using var answer = await shared.Node.Client.PostAsync("/calls/values", content);
        await answer.AssertProblemAsync(500, "trapped", "kv_batch_res: ");
        await shared.Node.AssertAliveAsync();
    }

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../app.wasm")]
    public async Task A_path_that_climbs_out_of_the_files_folder_opens_nothing(string path)
    {
        Assert.Equal("refused", await shared.Node.TextAsync("calls/open_named", path));
    }
}
