using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Waverless.Transport.Identity;

/// <summary>Reads the node's name from a certificate. Never throws: it comes from outside.</summary>
internal static class CertificateNames
{
    private const string AlternativeNames = "2.5.29.17";
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    public static NodeUri? NodeOf(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == AlternativeNames && FirstNode(extension) is { } node)
            {
                return node;
            }
        }

        return null;
    }

    private static NodeUri? FirstNode(X509Extension extension)
    {
        try
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (!names.PeekTag().HasSameClassAndValue(UriTag))
                {
                    names.ReadEncodedValue();
                    continue;
                }

                var text = names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag);
                if (NodeUri.TryParse(text) is { } node)
                {
                    return node;
                }
            }
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            // A certificate of somebody else: it names no node.
        }

        return null;
    }
}
