#include "CNIfTI.h"

#include <nifti2_io.h>

_Static_assert((int)cnifti_towards_right == NIFTI_L2R && (int)cnifti_towards_left == NIFTI_R2L &&
                   (int)cnifti_towards_anterior == NIFTI_P2A &&
                   (int)cnifti_towards_posterior == NIFTI_A2P &&
                   (int)cnifti_towards_superior == NIFTI_I2S &&
                   (int)cnifti_towards_inferior == NIFTI_S2I,
               "the direction codes are libnifti's");

int cnifti_bytes_per_voxel(int datatype) {
  int bytes = 0;
  int swap_size = 0;
  nifti_datatype_sizes(datatype, &bytes, &swap_size);
  return bytes;
}

void cnifti_affine_of_quaternion(const double quaternion[3], const double offset[3],
                                 const double spacing[3], double qfac, double affine[12]) {
  const nifti_dmat44 matrix = nifti_quatern_to_dmat44(
      quaternion[0], quaternion[1], quaternion[2], offset[0], offset[1], offset[2], spacing[0],
      spacing[1], spacing[2], qfac);
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 4; ++column) {
      affine[4 * row + column] = matrix.m[row][column];
    }
  }
}

int cnifti_orientation(const double affine[12], int codes[3]) {
  nifti_dmat44 matrix = {{{0}}};
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 4; ++column) {
      matrix.m[row][column] = affine[4 * row + column];
    }
  }
  matrix.m[3][3] = 1;
  codes[0] = codes[1] = codes[2] = 0;
  nifti_dmat44_to_orientation(matrix, &codes[0], &codes[1], &codes[2]);
  return codes[0] != 0 && codes[1] != 0 && codes[2] != 0;
}
