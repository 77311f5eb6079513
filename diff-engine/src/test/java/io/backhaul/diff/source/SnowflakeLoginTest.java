/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.diff.testkit.snowflake.LoopbackSnowflake;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** By key and by token, right and wrong; and nothing of either is left behind. */
class SnowflakeLoginTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final String TOKEN = "ver1-not-a-real-token";
  private static final String PASSPHRASE = "not-a-real-passphrase";

  private static LoopbackSnowflake server;
  private static KeyPair pair;

  @BeforeAll
  static void start() throws GeneralSecurityException {
    server = LoopbackSnowflake.start();
    pair = keys();
    server.key("READER", pair.getPublic());
    server.token(TOKEN);
    server.change("CREATE TABLE T(\"ID\" BIGINT)", "INSERT INTO T VALUES (1), (2)");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %sPRIVATE KEY-----\n%s\n-----END %sPRIVATE KEY-----\n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(der), kind);
  }

  private static String encrypted(PrivateKey key) throws Exception {
    String algorithm = "PBEWithHmacSHA256AndAES_256";
    SecretKey secret =
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(PASSPHRASE.toCharArray()));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(Cipher.ENCRYPT_MODE, secret);
    byte[] sealed = cipher.doFinal(key.getEncoded());
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
    parameters.init(cipher.getParameters().getEncoded());
    return pem("ENCRYPTED ", new EncryptedPrivateKeyInfo(parameters, sealed).getEncoded());
  }

  private static SnapshotSource byKey(String pem, String passphrase) {
    return source(new SourceSpec.Snowflake.Login("READER", pem, passphrase, null));
  }

  private static SnapshotSource byToken(String token) {
    return source(new SourceSpec.Snowflake.Login(null, null, null, token));
  }

  private static SnapshotSource source(SourceSpec.Snowflake.Login login) {
    return SnapshotSource.of(
        new SourceSpec.Snowflake(
            server.url(), login, "LOADING", "ANALYST", "SHOP", "PUBLIC", "T", null));
  }

  @Test
  void aKeyLetsInWhetherItIsEncryptedOrNot() throws Exception {
    String plain = pem("", pair.getPrivate().getEncoded());
    assertThat(byKey(plain, null).pin(SPARK).rows().count()).isEqualTo(2);
    assertThat(byKey(encrypted(pair.getPrivate()), PASSPHRASE).schema(SPARK).fieldNames())
        .containsExactly("ID");
    assertThat(rowTwo(byKey(encrypted(pair.getPrivate()), PASSPHRASE)).count()).isEqualTo(1);

    assertThat(server.logins())
        .last()
        .asString()
        .contains("\"LOGIN_NAME\":\"READER\"", "SNOWFLAKE_JWT", "\"APPLICATION\":\"Backhaul\"")
        .contains("\"CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED\":\"false\"");
  }

  /** By its key, which takes a login of its own. */
  private static Dataset<Row> rowTwo(SnapshotSource source) {
    Dataset<Row> two = SPARK.sql("SELECT CAST(2 AS DECIMAL(38,0)) AS id");
    return source.pin(SPARK).pushdown().rowsOf(two, List.of("ID"), List.of("ID"));
  }

  @Test
  void aWrongKeyIsSaidWithItsRemedy() throws Exception {
    String wrong = pem("", keys().getPrivate().getEncoded());
    assertThatThrownBy(() -> byKey(wrong, null).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("the key is not one of the user's")
        .hasMessageContaining("user READER")
        .hasMessageContaining("DESC USER");
  }

  @Test
  void aKeyThatCannotBeReadIsSaidBeforeAnythingIsSent() throws Exception {
    int before = server.logins().size();
    String sealed = encrypted(pair.getPrivate());

    refused(byKey("hunter2", null), "no private key in PEM");
    refused(byKey(pem("RSA ", pair.getPrivate().getEncoded()), null), "openssl pkcs8 -topk8");
    refused(byKey(sealed, null), "source.private_key_passphrase");
    refused(byKey(sealed, "wrong-" + PASSPHRASE), "cannot be decrypted");
    refused(byKey(pem("", new byte[] {1, 2, 3}), null), "failed");

    assertThat(server.logins()).hasSize(before);
  }

  private static void refused(SnapshotSource source, String why) {
    assertThatThrownBy(() -> source.pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aTokenThatIsNoLongerGoodIsSaidWithItsRemedy() {
    assertThatThrownBy(() -> byToken("ver1-expired").pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("the access token is expired")
        .hasMessageContaining("renew what source.token names")
        .hasMessageNotContaining("ver1-expired");
  }

  @Test
  void noSecretIsInALogOrAPlanOrAnExceptionWhateverTheLevel() throws Exception {
    String key = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
    String wrongToken = "ver1-another-token";
    StringBuilder said = new StringBuilder();

    String logged =
        logged(
            () -> {
              said.append(byToken(TOKEN).pin(SPARK).rows().queryExecution());
              said.append(byToken(TOKEN).pin(SPARK).rows().collectAsList());
              said.append(
                  byKey(pem("", pair.getPrivate().getEncoded()), null).pin(SPARK).rows().count());
              said.append(rowTwo(byToken(TOKEN)).queryExecution());
              said.append(rowTwo(byToken(TOKEN)).collectAsList());
              said.append(rowTwo(byKey(pem("", pair.getPrivate().getEncoded()), null)).count());
              server.refuse("FROM T", 1, 100038, "22018", "Numeric value is not one");
              said.append(failure(() -> byToken(TOKEN).pin(SPARK).rows().collectAsList()));
              said.append(failure(() -> byToken(wrongToken).pin(SPARK)));
            });

    assertThat(logged).contains("net.snowflake.spark", "SELECT * FROM T AT");
    assertThat(said + logged)
        .doesNotContain(TOKEN)
        .doesNotContain(wrongToken)
        .doesNotContain(key.substring(100, 160));
  }

  private static String failure(Runnable work) {
    StringWriter text = new StringWriter();
    try {
      work.run();
    } catch (RuntimeException e) {
      e.printStackTrace(new PrintWriter(text));
    }
    assertThat(text.toString()).isNotEmpty();
    return text.toString();
  }

  /**
   * All that log4j, where Spark and the connector write, and java.util.logging, the driver's, got.
   */
  private static String logged(Runnable work) {
    StringWriter text = new StringWriter();
    AbstractAppender appender =
        new AbstractAppender("everything", null, null, false, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            text.append(event.getLoggerName())
                .append(' ')
                .append(event.getMessage().getFormattedMessage())
                .append(event.getThrown() == null ? "" : event.getThrown().toString())
                .append('\n');
          }
        };
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            text.append(line.getMessage()).append(" " + line.getThrown()).append('\n');
          }

          @Override
          public void flush() {
            // Nothing is held back.
          }

          @Override
          public void close() {
            // Nothing is open.
          }
        };
    handler.setLevel(Level.ALL);
    Logger driver = Logger.getLogger("net.snowflake");
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    org.apache.logging.log4j.Level before = context.getConfiguration().getRootLogger().getLevel();
    appender.start();
    context.getConfiguration().getRootLogger().addAppender(appender, null, null);
    Configurator.setLevel("net.snowflake", org.apache.logging.log4j.Level.ALL);
    driver.addHandler(handler);
    driver.setLevel(Level.ALL);
    driver.setUseParentHandlers(false);
    try {
      work.run();
    } finally {
      driver.removeHandler(handler);
      driver.setLevel(null);
      context.getConfiguration().getRootLogger().removeAppender("everything");
      Configurator.setLevel("net.snowflake", before);
    }
    return text.toString();
  }

  @Test
  void aConnectorThatIsNotThereIsSaidWithTheWayToGetIt() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(new WithoutConnector(before));
    try {
      assertThatThrownBy(() -> byToken(TOKEN).pin(SPARK))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("Snowflake's connector is not on the class path")
          .hasMessageContaining(
              SPARK.version().startsWith("3.")
                  ? "call `BACKHAUL_WITH=snowflake ./backhaul`, or spark-submit with `--packages"
                      + " net.snowflake:spark-snowflake_2.12:3.0.0`"
                  : "run the sync with Spark 3.5, or on Databricks");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static final class WithoutConnector extends ClassLoader {
    private static final Pattern CONNECTOR = Pattern.compile(".*/spark-snowflake_[^/]*\\.jar.*");

    WithoutConnector(ClassLoader parent) {
      super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("net.snowflake.") || name.startsWith("snowflake.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      Stream<URL> urls = Collections.list(super.getResources(name)).stream();
      List<URL> others = urls.filter(u -> !CONNECTOR.matcher(u.toString()).matches()).toList();
      return Collections.enumeration(others);
    }
  }
}
