/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.AddressGuard;
import io.backhaul.destination.http.Redactor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;

/**
 * A folder of an SFTP server, by Apache MINA SSHD. Hadoop has a file system for SFTP, too, but the
 * library it calls is missing from the client that Spark ships (hadoop-client-runtime 3.3.4), and
 * it does not check whose server it speaks to.
 *
 * <p>One connection for all batches, made anew when it broke.
 */
final class SftpStore implements Store {

  /** Another way of saying that there is none. */
  private static final Set<Integer> MISSING =
      Set.of(SftpConstants.SSH_FX_NO_SUCH_FILE, SftpConstants.SSH_FX_NO_SUCH_PATH);

  private static final Set<Integer> WRONG =
      Set.of(
          SftpConstants.SSH_FX_NO_SUCH_FILE,
          SftpConstants.SSH_FX_NO_SUCH_PATH,
          SftpConstants.SSH_FX_PERMISSION_DENIED,
          SftpConstants.SSH_FX_WRITE_PROTECT,
          SftpConstants.SSH_FX_NOT_A_DIRECTORY,
          SftpConstants.SSH_FX_INVALID_FILENAME);

  private final FilesConfig.Sftp config;
  private final AddressGuard guard;
  private final Redactor redactor;
  private final Duration timeout;
  private final Object connecting = new Object();
  private SshClient client;
  private ClientSession session;

  /** The fingerprint of the key that the server showed last. */
  private volatile String shown;

  SftpStore(FilesConfig.Sftp config, AddressGuard guard, Duration timeout, Redactor redactor) {
    this.config = config;
    this.guard = guard;
    this.timeout = timeout;
    this.redactor = redactor;
  }

  /** What is done with a channel of one's own. */
  private interface Errand<T> {
    T run(SftpClient sftp) throws IOException;
  }

  private <T> T with(Errand<T> errand) throws IOException {
    try (SftpClient sftp = SftpClientFactory.instance().createSftpClient(session())) {
      return errand.run(sftp);
    }
  }

  private ClientSession session() throws IOException {
    synchronized (connecting) {
      if (session == null || !session.isOpen()) {
        session = connect();
      }
      return session;
    }
  }

  private ClientSession connect() throws IOException {
    if (client == null) {
      client = SshClient.setUpDefaultClient();
      // Neither this machine's files nor its keys are the destination's business.
      client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
      client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
      client.setServerKeyVerifier((with, address, key) -> known(key));
      client.start();
    }
    ClientSession opened =
        client.connect(config.user(), address()).verify(timeout).getClientSession();
    try {
      if (config.password() != null) {
        opened.addPasswordIdentity(config.password());
      }
      if (config.privateKey() != null) {
        opened.addPublicKeyIdentity(privateKey());
      }
      opened.auth().verify(timeout);
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close(true);
      throw e;
    }
  }

  private InetSocketAddress address() {
    URI uri = config.uri();
    int port = uri.getPort() < 0 ? 22 : uri.getPort();
    try {
      InetAddress[] addresses = InetAddress.getAllByName(uri.getHost());
      for (InetAddress address : addresses) {
        guard.judge(uri.getHost(), address);
      }
      return new InetSocketAddress(addresses[0], port);
    } catch (UnknownHostException e) {
      throw DestinationException.unavailable(
          "UNKNOWN_HOST",
          0,
          Duration.ZERO,
          "no address is known for " + uri.getHost() + ": check path, and this machine's DNS");
    }
  }

  private boolean known(PublicKey key) {
    shown = KeyUtils.getFingerPrint(key);
    return config.hostKey() == null
        ? AddressGuard.namesThisMachine(config.uri().getHost())
        : config.hostKey().equals(shown);
  }

  private KeyPair privateKey() {
    byte[] pem = config.privateKey().getBytes(StandardCharsets.UTF_8);
    try {
      return SecurityUtils.loadKeyPairIdentities(
              null,
              NamedResource.ofName("private_key"),
              new ByteArrayInputStream(pem),
              FilePasswordProvider.EMPTY)
          .iterator()
          .next();
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw DestinationException.refused(
          "AUTH_INCOMPLETE",
          0,
          "sftp.private_key is no private key in OpenSSH's or PEM form, without a passphrase");
    }
  }

  private String at(String name) {
    String path = config.uri().getPath();
    return (path.endsWith("/") ? path : path + "/") + name;
  }

  @Override
  public boolean writesAtOnce() {
    return false;
  }

  @Override
  public void write(String name, byte[] bytes) throws IOException {
    with(
        sftp -> {
          folders(sftp, at(name));
          try (OutputStream out =
              sftp.write(
                  at(name),
                  SftpClient.OpenMode.Create,
                  SftpClient.OpenMode.Write,
                  SftpClient.OpenMode.Truncate)) {
            out.write(bytes);
          }
          return null;
        });
  }

  private static void folders(SftpClient sftp, String file) throws IOException {
    String folder = file.substring(0, file.lastIndexOf('/'));
    if (folder.isEmpty() || stands(sftp, folder)) {
      return;
    }
    folders(sftp, folder);
    try {
      sftp.mkdir(folder);
    } catch (SftpException e) {
      // Another batch may have made it meanwhile.
      if (!stands(sftp, folder)) {
        throw e;
      }
    }
  }

  private static boolean stands(SftpClient sftp, String path) throws IOException {
    try {
      sftp.stat(path);
      return true;
    } catch (SftpException e) {
      if (MISSING.contains(e.getStatus())) {
        return false;
      }
      throw e;
    }
  }

  /** Version 3 of the protocol, which most servers speak, has no rename that replaces. */
  @Override
  public void move(String from, String to) throws IOException {
    with(
        sftp -> {
          folders(sftp, at(to));
          if (stands(sftp, at(to))) {
            sftp.remove(at(to));
          }
          sftp.rename(at(from), at(to));
          return null;
        });
  }

  @Override
  public void delete(String name) throws IOException {
    with(
        sftp -> {
          if (stands(sftp, at(name))) {
            sftp.remove(at(name));
          }
          return null;
        });
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    return with(
        sftp -> {
          if (!stands(sftp, at(name))) {
            return Optional.empty();
          }
          try (InputStream in = sftp.read(at(name))) {
            return Optional.of(in.readAllBytes());
          }
        });
  }

  @Override
  public void look() throws IOException {
    with(sftp -> stands(sftp, config.uri().getPath()));
  }

  @Override
  public DestinationException failure(IOException failure, boolean begun) {
    String words = redactor.redact(failure.getMessage());
    String message = words == null ? failure.getClass().getSimpleName() : words;
    if (begun) {
      return DestinationException.inDoubt("IO_FAILED", 0, message);
    }
    if (failure instanceof SftpException e) {
      String code = SftpConstants.getStatusName(e.getStatus());
      return WRONG.contains(e.getStatus())
          ? DestinationException.refused(code, 0, message)
          : DestinationException.unavailable(code, 0, Duration.ZERO, message);
    }
    if (failure instanceof SshException e) {
      if (e.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_HOST_KEY_NOT_VERIFIABLE) {
        return DestinationException.refused(
            "HOST_KEY_UNKNOWN",
            0,
            "the server shows the key "
                + shown
                + ": if its owner says that it is theirs, put it under sftp.host_key");
      }
      if (e.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
        return DestinationException.refused(
            "AUTH_FAILED", 0, "the server does not take our credentials: check the sftp section");
      }
    }
    return DestinationException.unavailable("CONNECTION_FAILED", 0, Duration.ZERO, message);
  }

  @Override
  public void close() {
    synchronized (connecting) {
      if (client != null) {
        client.stop();
      }
    }
  }
}
