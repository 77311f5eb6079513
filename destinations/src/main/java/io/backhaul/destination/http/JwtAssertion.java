/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.DestinationException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** A signed assertion of who we are (RFC 7523), RS256. Immutable; never printed. */
final class JwtAssertion {

  /** Salesforce takes three minutes at the most. */
  private static final Duration LIFE = Duration.ofMinutes(3);

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final String issuer;
  private final String subject;
  private final String audience;
  private final PrivateKey key;

  /**
   * @param pem an RSA private key in PKCS #8
   * @throws DestinationException (refused) if it is none
   */
  JwtAssertion(String issuer, String subject, String audience, String pem) {
    this.issuer = issuer;
    this.subject = subject;
    this.audience = audience;
    this.key = key(pem);
  }

  private static PrivateKey key(String pem) {
    String base64 = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
    try {
      return KeyFactory.getInstance("RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw DestinationException.refused(
          "AUTH_INCOMPLETE",
          0,
          "auth.private_key is no RSA private key in PKCS #8 (-----BEGIN PRIVATE KEY-----): openssl"
              + " pkcs8 -topk8 -nocrypt makes one");
    }
  }

  /** The assertion, good from {@code now} for three minutes. */
  String signed(Instant now) {
    String header = JsonNodeFactory.instance.objectNode().put("alg", "RS256").toString();
    String claims =
        JsonNodeFactory.instance
            .objectNode()
            .put("iss", issuer)
            .put("sub", subject)
            .put("aud", audience)
            .put("exp", now.plus(LIFE).getEpochSecond())
            .toString();
    String signed = base64(header) + "." + base64(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM signs with RSA", e);
    }
  }

  private static String base64(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
