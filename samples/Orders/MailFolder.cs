namespace Orders;

/// <summary>
/// A pickup folder, as mail servers read it. What leaves the store is sent at least once: the file
/// has the order's name, so that sending again replaces it.
/// </summary>
internal sealed class MailFolder(string folder)
{
    public int Count => Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml").Length : 0;

    public async Task SendAsync(string order, string to, string text, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var mail = $"To: {to}\r\nSubject: Your order {order}\r\n\r\n{text}\r\n";
        await File.WriteAllTextAsync(Path.Combine(folder, $"{order}.eml"), mail, ct);
    }
}
