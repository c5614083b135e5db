/**
 * Operations of the three descriptions that are promised whole and neither served nor refused yet. The list only shrinks:
 * whoever serves one takes it off.
 */
export const stillMissing: readonly string[] = [
  'identity.exportTenantConfiguration',
  'identity.importTenantConfiguration',
  'identity.patchTenantConfiguration',
  'self.beginWebAuthnCredentialsGeneration',
  'self.changePassword',
  'self.changePasswordV2',
  'self.changeTotpSecret',
  'self.completeAddressVerification',
  'self.completeWebAuthnCredentialsGeneration',
  'self.deleteMFASession',
  'self.deleteWebAuthnKey',
  'self.getUserProfile',
  'self.getUserProfileV2',
  'self.listUserMFASessions',
  'self.nameWebAuthnKey',
  'self.resetPasswordConfirm',
  'self.setPassword',
  'self.setTotpSecret',
  'self.setWebAuthn',
  'self.updateUserProfile',
  'self.updateUserProfileV2',
  'system.exportTenantConfiguration',
  'system.importTenantConfiguration',
  'system.patchTenantConfiguration',
]
