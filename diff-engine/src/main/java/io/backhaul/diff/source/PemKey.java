/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Reads a private key in PEM (RFC 7468), encrypted or not. No message quotes a part of it. */
final class PemKey {

  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (?<kind>[A-Z ]*)PRIVATE KEY-----(?<body>[A-Za-z0-9+/=\\s]*)"
              + "-----END \\k<kind>PRIVATE KEY-----");

  private static final String REMEDY =
      "make one with `openssl genrsa 2048 | openssl pkcs8 -topk8 -v2 aes-256-cbc -out key.p8`";

  private PemKey() {}

  /**
   * The key in PKCS #8, decrypted, as base64 on one line.
   *
   * @throws SourceException if there is no such key in the text, or the passphrase does not fit
   */
  static String base64(SourceSpec.Snowflake.Login login) {
    Matcher pem = PEM.matcher(login.privateKey().strip());
    if (!pem.matches()) {
      throw new SourceException("source.private_key is no private key in PEM; " + REMEDY);
    }
    byte[] body = Base64.getMimeDecoder().decode(pem.group("body"));
    return switch (pem.group("kind")) {
      case "" -> Base64.getEncoder().encodeToString(body);
      case "ENCRYPTED " -> Base64.getEncoder().encodeToString(decrypted(body, login.passphrase()));
      default ->
          throw new SourceException(
              "source.private_key is a private key of another form than PKCS #8; convert it with"
                  + " `openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out key.p8`");
    };
  }

  private static byte[] decrypted(byte[] body, String passphrase) {
    if (passphrase == null) {
      throw new SourceException(
          "source.private_key is encrypted; name its passphrase with"
              + " source.private_key_passphrase");
    }
    try {
      EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(body);
      // the algorithm's own name says only that there are parameters, which name it
      String algorithm = encrypted.getAlgParameters().toString();
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm)
              .generateSecret(new PBEKeySpec(passphrase.toCharArray())),
          encrypted.getAlgParameters());
      return encrypted.getKeySpec(cipher).getEncoded();
    } catch (GeneralSecurityException | IOException e) {
      throw new SourceException(
          "source.private_key cannot be decrypted: either source.private_key_passphrase is not its"
              + " passphrase, or it is encrypted in a way that Java does not know; "
              + REMEDY);
    }
  }
}
