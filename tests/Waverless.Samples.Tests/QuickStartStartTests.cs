using System.Net;
using System.Net.Sockets;
using Waverless.SampleProcesses;

namespace Waverless.Samples;

public sealed class QuickStartStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string WordsFile =>
        Path.Combine(_folder.Path, "files", "word_count", "random_words.txt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_port_in_use_is_explained_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://{taken.LocalEndpoint}";

        await using var child = ChildProcess.Start(
            "QuickStart",
            ["--urls", url, "--data", _folder.Path]
        );

        Assert.Equal(1, await child.WaitForExitAsync());
        var line = Assert.Single(child.Output.Split('\n'));
        Assert.Contains($"{url} is in use by another process", line);
    }

    [Fact]
    public async Task A_data_folder_that_another_process_holds_is_explained_in_one_line()
    {
        await using var holder = await QuickStartProcess.StartAsync(_folder.Path);

        await using var child = ChildProcess.Start(
            "QuickStart",
            ["--urls", "http://127.0.0.1:0", "--data", _folder.Path]
        );

        Assert.Equal(1, await child.WaitForExitAsync());
        var line = Assert.Single(child.Output.Split('\n'));
        Assert.Contains(_folder.Path, line);
        Assert.Contains($"another process (pid {holder.Child.Id})", line);
        using var answer = await holder.Http.PostAsync("/fn2/fn2", null);
        Assert.Equal("hello world", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_explained_in_one_line()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "");

        await using var child = ChildProcess.Start(
            "QuickStart",
            ["--urls", "http://127.0.0.1:0", "--data", file]
        );

        Assert.Equal(1, await child.WaitForExitAsync());
        Assert.Contains(file, Assert.Single(child.Output.Split('\n')));
    }

    [Fact]
    public async Task The_text_file_is_made_once_and_never_left_half_made()
    {
        // What a start that was killed while it wrote leaves behind.
        var unfinished = Path.Combine(_folder.Path, "random_words.unfinished");
        await File.WriteAllTextAsync(unfinished, "half a");

        await using (await QuickStartProcess.StartAsync(_folder.Path))
        {
            Assert.Equal(1 << 20, new FileInfo(WordsFile).Length);
            Assert.False(File.Exists(unfinished));
        }

        await File.WriteAllTextAsync(WordsFile, "my own words, my own");
        await using var again = await QuickStartProcess.StartAsync(_folder.Path);
        await again.Http.GetStringAsync("/word_count/split_file?wait=cascade");
        Assert.Equal(
            """{"words":5,"distinct":3,"top":[{"word":"my","count":2}]}""",
            await again.Http.GetStringAsync("/word_count/result?top=1")
        );
    }

    [Fact]
    public async Task Data_survives_a_restart()
    {
        await using (var first = await QuickStartProcess.StartAsync(_folder.Path))
        {
            await first.Http.GetStringAsync("/longchain/chain_begin?wait=cascade");
        }

        await using var second = await QuickStartProcess.StartAsync(_folder.Path);
        Assert.Equal("100", await second.Http.GetStringAsync("/longchain/chain_state"));
    }
}
