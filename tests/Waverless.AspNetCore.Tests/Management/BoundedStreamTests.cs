using CsCheck;

namespace Waverless.AspNetCore.Management;

public sealed class BoundedStreamTests
{
    [Fact]
    public void What_fits_is_read_and_one_byte_more_is_refused()
    {
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, 300], Gen.Int[1, 64])
            .Sample(
                (content, max, step) =>
                {
                    using var bounded = new BoundedStream(new MemoryStream(content), max);
                    using var copy = new MemoryStream();
                    try
                    {
                        bounded.CopyToAsync(copy, step).GetAwaiter().GetResult();
                        return content.Length <= max && content.SequenceEqual(copy.ToArray());
                    }
                    catch (UploadException refused)
                    {
                        return content.Length > max
                            && copy.Length <= max
                            && refused.Problem.Kind.Status == 413;
                    }
                }
            );
    }
}
