using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Waverless.Apps;
using Waverless.AspNetCore.Problems;

namespace Waverless.AspNetCore.Management;

/// <summary>
/// Reads an upload: <c>multipart/form-data</c>, each part an app, its field name the app's name
/// and its content the zip. Everything is read and checked before anything is deployed.
/// </summary>
internal sealed class UploadReader(long bytesMax, PackageLimits limits)
{
    public const int AppsMax = 64;
    private const int HeadersMax = 16;
    private const int HeaderBytesMax = 8 << 10;
    private const int BoundaryCharsMax = 200;

    /// <exception cref="UploadException">It is not an upload, or too large.</exception>
    /// <exception cref="AppRejectedException">A part is not a package.</exception>
    public async Task<IReadOnlyList<AppPackage>> ReadAsync(
        HttpRequest request,
        CancellationToken ct
    )
    {
        var boundary = BoundaryOf(request);
        if (request.ContentLength > bytesMax)
        {
            throw UploadException.TooLarge(bytesMax);
        }

        var reader = new MultipartReader(boundary, new BoundedStream(request.Body, bytesMax))
        {
            HeadersCountLimit = HeadersMax,
            HeadersLengthLimit = HeaderBytesMax,
        };
        try
        {
            return await ReadPartsAsync(reader, ct);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            throw UploadException.Invalid(
                $"The multipart body cannot be read: {broken.Message}",
                broken
            );
        }
    }

    private async Task<IReadOnlyList<AppPackage>> ReadPartsAsync(
        MultipartReader reader,
        CancellationToken ct
    )
    {
        var packages = new List<AppPackage>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            var name = NameOf(section);
            if (!names.Add(name) || names.Count > AppsMax)
            {
                throw UploadException.Invalid(
                    $"The part '{name}' is there twice, or one of more than {AppsMax}."
                );
            }

            packages.Add(await AppPackageReader.FromZipAsync(section.Body, name, limits, ct));
        }

        return packages.Count > 0
            ? packages
            : throw UploadException.Invalid(
                "The upload has no part; expected one for each app: field name = app, body = zip."
            );
    }

    private static string BoundaryOf(HttpRequest request)
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new UploadException(
                new Problem(
                    StatusTable.NotMultipart,
                    $"The content type is '{request.ContentType}'; expected multipart/form-data, "
                        + "as 'curl -F APP=@FILE.zip' sends it."
                )
            );
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        return boundary.Length is > 0 and <= BoundaryCharsMax
            ? boundary.ToString()
            : throw UploadException.Invalid(
                $"The content type has no boundary of 1 to {BoundaryCharsMax} characters."
            );
    }

    private static string NameOf(MultipartSection section)
    {
        if (
            ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            && HeaderUtilities.RemoveQuotes(disposition.Name) is { Length: > 0 } name
        )
        {
            return name.ToString();
        }

        throw UploadException.Invalid(
            $"A part has the Content-Disposition '{section.ContentDisposition}'; "
                + "expected form-data with the app as its name."
        );
    }
}
